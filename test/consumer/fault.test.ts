import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useRedis } from '../support/use-redis.ts';
import { programPath } from './programs.ts';
import { makeTestCampaign, startConsumer } from './start-consumer.ts';

const redis = useRedis();

describe('a fault of the node', () => {
  it('hands jobs back, attempts not spent; three in a row stop the consumer, which says why', async () => {
    const campaign = makeTestCampaign(redis.address);
    for (const recordId of [1, 2, 3, 4]) await campaign.add(recordId);
    const program = join(campaign.dir, 'orca');
    writeFileSync(
      program,
      `#!/bin/sh\n[ $# -eq 0 ] && exit 1\necho 'sh: mpirun: command not found' >&2\nexit 127\n`,
      { mode: 0o755 },
    );
    const consumer = startConsumer(redis.address, campaign, program, {
      idleTimeoutSeconds: null,
      holdLimits: { firstPauseMs: 50 },
    });
    expect(await consumer.report).toEqual({
      reason: 'faulty',
      endings: { fault: 3 },
      why: expect.stringMatching(/^node1 met 3 rounds of faults in a row, at last: env_missing: .*mpirun/),
    });
    expect(await campaign.queue.getJobCounts('waiting', 'delayed', 'active', 'failed')).toEqual({
      waiting: 1,
      delayed: 3,
      active: 0,
      failed: 0,
    });
    const job = await campaign.job(1);
    expect(job.attemptsMade).toBe(0);
    expect(job.progress).toMatchObject({ faults: 1, lastFault: expect.stringContaining('mpirun') });
    const faults = consumer.log.filter((line) => String(line['msg']).startsWith('fault'));
    expect(faults).toHaveLength(3);
  });

  it('is what it is when ORCA ends without a word: a disk may have been full and have room again', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1);
    const program = join(campaign.dir, 'orca');
    // The first run finds no room for a word, the second one some.
    writeFileSync(
      program,
      `#!/bin/sh\n[ $# -eq 0 ] && exit 1\n[ -e ${campaign.dir}/room ] && exec ${programPath('orca-good')} "$@"\ntouch ${campaign.dir}/room\nexit 1\n`,
      { mode: 0o755 },
    );
    const consumer = startConsumer(redis.address, campaign, program, {
      idleTimeoutSeconds: 2,
      holdLimits: { firstPauseMs: 50 },
      faultDelayMs: 50,
    });
    expect(await consumer.report).toMatchObject({ reason: 'idle', endings: { fault: 1, completed: 1 } });
    expect((await campaign.job(1)).progress).toMatchObject({
      faults: 1,
      lastFault: expect.stringContaining('ORCA ended without output, with exit code 1'),
    });
  });

  it('of one job does not stop the node: others run meanwhile, and after five faults it is failed', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1);
    mkdirSync(campaign.jobDir(1), { recursive: true });
    // A file where the attempt's directory should be.
    writeFileSync(join(campaign.jobDir(1), 'attempt-1'), '');
    for (const recordId of [2, 3, 4, 5, 6, 7, 8, 9]) await campaign.add(recordId);
    const consumer = startConsumer(redis.address, campaign, programPath('orca-good'), {
      idleTimeoutSeconds: 2,
      holdLimits: { firstPauseMs: 1 },
      faultDelayMs: 50,
    });
    const { reason, endings } = await consumer.report;
    expect({ reason, completed: endings.completed, refused: endings.refused }).toEqual({
      reason: 'idle',
      completed: 8,
      refused: 1,
    });
    const job = await campaign.job(1);
    expect(job.failedReason).toMatch(/^fault: .*attempt-1.* \(met 5 times, last on /);
  });

  it('that ORCA reports, a full disk or a missing library, is not a failure of the job', async () => {
    const campaign = makeTestCampaign(redis.address);
    const program = join(campaign.dir, 'orca');
    writeFileSync(
      program,
      "#!/bin/sh\n[ $# -eq 0 ] && exit 1\necho 'orca: error while loading shared libraries: libmpi.so.40' >&2\n",
      {
        mode: 0o755,
      },
    );
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, program, {
      holdLimits: { firstPauseMs: 1 },
    });
    expect((await consumer.report).endings).toEqual({ fault: 1 });
    expect((await campaign.job(1)).progress).toMatchObject({
      lastFault: expect.stringMatching(/^env_missing: .*libmpi\.so\.40/),
    });
    expect(existsSync(join(campaign.jobDir(1), 'attempt-1', 'result.json'))).toBe(false);
  });

  it('after ORCA has ended does not give its slot back twice: two jobs never share it', async () => {
    const campaign = makeTestCampaign(redis.address);
    const meeting = join(campaign.dir, 'meeting');
    mkdirSync(meeting);
    const program = join(campaign.dir, 'orca');
    // Takes its own output away, so that it cannot be judged; notes when two of it run at a time.
    writeFileSync(
      program,
      `#!/bin/sh
      [ $# -eq 0 ] && exit 1
      mkdir ${meeting}/here 2>/dev/null || touch ${meeting}/two-at-a-time
      sleep 0.2
      rmdir ${meeting}/here 2>/dev/null
      rm orca.out\n`,
      { mode: 0o755 },
    );
    for (const recordId of [1, 2, 3, 4]) await campaign.add(recordId);
    const consumer = startConsumer(redis.address, campaign, program, {
      idleTimeoutSeconds: null,
      holdLimits: { firstPauseMs: 50 },
    });
    expect((await consumer.report).reason).toBe('faulty');
    expect(existsSync(join(meeting, 'two-at-a-time'))).toBe(false);
  });
});
