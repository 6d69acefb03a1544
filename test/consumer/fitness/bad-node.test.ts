import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { useRedis } from '../../support/use-redis.ts';
import { makeSmallDisk, mayMount } from '../../support/machine/small-disk.ts';
import { programPath } from '../programs.ts';
import { makeTestCampaign, slotsOfOneCore, startConsumer, type TestCampaign } from '../start-consumer.ts';

const redis = useRedis();

const isFit = 'the node is fit again: fetching resumes';
const quick = {
  idleTimeoutSeconds: null,
  faultDelayMs: 50,
  holdLimits: { firstPauseMs: 100, longestPauseMs: 400 },
};
const impatient = { ...quick, holdLimits: { ...quick.holdLimits, patienceMs: 1000 } };

function writeOrca(campaign: TestCampaign, lines: string[], mode = 0o755): string {
  const path = join(campaign.dir, 'orca');
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode });
  return path;
}

const untilCompleted = (campaign: TestCampaign, count: number): Promise<void> =>
  vi.waitFor(async () => expect(await campaign.queue.getCompletedCount()).toBe(count), {
    timeout: 30_000,
    interval: 50,
  });

/** Four jobs on four slots that write only when `go` is there, and four that wait in the queue. What cannot be written leaves no word. */
async function startOnSmallDisk(options: typeof quick) {
  const disk = makeSmallDisk();
  const campaign = makeTestCampaign(redis.address, disk.path);
  const go = join(campaign.dir, 'go');
  const orca = writeOrca(campaign, [
    '[ $# -eq 0 ] && exit 1',
    `until [ -e ${go} ]; do sleep 0.02; done`,
    `exec ${programPath('orca-good')} "$@" 2>/dev/null`,
  ]);
  for (let recordId = 1; recordId <= 8; recordId++) await campaign.add(recordId);
  const slots = slotsOfOneCore(4);
  const consumer = startConsumer(redis.address, campaign, orca, { ...options, slots });
  for (const recordId of [1, 2, 3, 4])
    await vi.waitFor(
      () => expect(existsSync(join(campaign.jobDir(recordId), 'orca.out.live'))).toBe(true),
      10_000,
    );
  await consumer.logged('job started', 4);
  return { disk, campaign, consumer, letWrite: () => writeFileSync(go, '') };
}

describe('a node that is unfit from the start', () => {
  const loader = 'orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file';
  it.each<[string, (campaign: TestCampaign) => string, RegExp]>([
    ['has no ORCA', () => '/nowhere/orca', /ORCA \(\/nowhere\/orca\) does not start: it is not there/],
    ['may not run it', (campaign) => writeOrca(campaign, [], 0o644), /may not be executed \(EACCES\)/],
    [
      'lacks a library',
      (campaign) => writeOrca(campaign, [`echo '${loader}' >&2`, 'exit 127']),
      /libmpi\.so\.40.*LD_LIBRARY_PATH/,
    ],
  ])('because it %s fetches nothing and says why', async (_, orcaOf, why) => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, orcaOf(campaign), { orcaProbeMs: 5000 });
    const report = await consumer.report;
    expect(report).toMatchObject({ reason: 'faulty', endings: {} });
    expect(report.why).toMatch(/^node1 is unfit: /);
    expect(report.why).toMatch(why);
    expect(consumer.log).toContainEqual(
      expect.objectContaining({ msg: 'node is unfit', level: 50, unfit: expect.stringMatching(why) }),
    );
    expect(await campaign.job()).toMatchObject({ attemptsStarted: 0, progress: 0 });
    expect(await campaign.stateOf()).toBe('waiting');
  });

  it.skipIf(!mayMount)('because its scratch is full (needs the right to mount)', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const disk = makeSmallDisk();
    await disk.fill();
    vi.stubEnv('TMPDIR', disk.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { reason, why } = await startConsumer(redis.address, campaign, 'orca-good', impatient).report;
    expect(reason).toBe('faulty');
    expect(why).toMatch(/^node1 was unfit for 1 s: the scratch directory .* no space left \(ENOSPC\)/);
    expect(await campaign.stateOf()).toBe('waiting');
  });

  it.skipIf(!mayMount)('but finds room in time takes its jobs (needs the right to mount)', async () => {
    const disk = makeSmallDisk();
    const campaign = makeTestCampaign(redis.address, disk.path);
    await campaign.add();
    await disk.fill();
    const consumer = startConsumer(redis.address, campaign, 'orca-good', quick);
    await consumer.logged('node is unfit');
    disk.free();
    await untilCompleted(campaign, 1);
    consumer.drain.abort();
    expect(await consumer.report).toEqual({ reason: 'drained', endings: { completed: 1 }, why: null });
  });
});

describe('an ORCA that vanishes between two jobs', () => {
  it('and comes back costs a fault, no more', async () => {
    const campaign = makeTestCampaign(redis.address);
    const orca = writeOrca(campaign, [`exec ${programPath('orca-good')} "$@"`]);
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, orca, quick);
    await untilCompleted(campaign, 1);
    const aside = join(campaign.dir, 'aside');
    copyFileSync(orca, aside);
    rmSync(orca);
    await campaign.add(2);
    await campaign.add(3);
    await consumer.logged('node is unfit');
    // Held: the third job is not fetched into the same fault.
    expect(await campaign.stateOf(3)).toBe('waiting');
    copyFileSync(aside, orca);
    await untilCompleted(campaign, 3);
    await consumer.logged(isFit);
    consumer.drain.abort();
    expect(await consumer.report).toEqual({
      reason: 'drained',
      endings: { completed: 3, fault: 1 },
      why: null,
    });
  });

  it('and stays away ends the consumer when its patience is over', async () => {
    const campaign = makeTestCampaign(redis.address);
    const orca = writeOrca(campaign, [`exec ${programPath('orca-good')} "$@"`]);
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, orca, impatient);
    await untilCompleted(campaign, 1);
    rmSync(orca);
    for (const recordId of [2, 3]) await campaign.add(recordId);
    const report = await consumer.report;
    expect(report).toMatchObject({ reason: 'faulty', endings: { completed: 1, fault: 1 } });
    expect(report.why).toMatch(/^node1 was unfit for 1 s: ORCA \(\S+\) does not start: it is not there/);
    expect(await campaign.queue.getJobCounts('waiting', 'delayed', 'active', 'failed')).toEqual({
      waiting: 1,
      delayed: 1,
      active: 0,
      failed: 0,
    });
    const unfit = consumer.log.filter(({ msg }) => msg === 'node is unfit');
    expect(unfit, 'one line, however many checks').toHaveLength(1);
  });
});

describe('faults on parallel slots', () => {
  it('of one cause make one round, and three rounds without a good job end the consumer', async () => {
    const campaign = makeTestCampaign(redis.address);
    // mpirun is broken, which no check sees.
    const orca = writeOrca(campaign, [
      '[ $# -eq 0 ] && exit 1',
      'sleep 0.3',
      "echo 'sh: mpirun: command not found' >&2",
    ]);
    for (let recordId = 1; recordId <= 16; recordId++) await campaign.add(recordId);
    const slots = slotsOfOneCore(4);
    const consumer = startConsumer(redis.address, campaign, orca, {
      ...quick,
      faultDelayMs: 60_000,
      holdLimits: { firstPauseMs: 1000 },
      slots,
    });
    const { reason, endings, why } = await consumer.report;
    expect(reason).toBe('faulty');
    expect(why).toMatch(/^node1 met 3 rounds of faults in a row, at last: env_missing: .*mpirun/);
    const held = consumer.log.filter(({ msg }) => msg === 'no job is fetched until the node is fit again');
    expect(held.map(({ round }) => round)).toEqual([1, 2]);
    // A job that fails before the others are fetched keeps them away, so a round may have fewer than four.
    expect(endings.fault).toBeGreaterThanOrEqual(3);
    expect(endings.fault).toBeLessThanOrEqual(12);
    expect(await campaign.queue.getJobCounts('failed', 'active')).toEqual({ failed: 0, active: 0 });
  });
});

describe.skipIf(!mayMount)('the disk of the job root (needs the right to mount)', () => {
  it('that is full for a moment costs four jobs a fault: none is failed, and all complete', async () => {
    const { disk, campaign, consumer, letWrite } = await startOnSmallDisk(quick);
    await disk.fill();
    letWrite();
    await consumer.logged('node is unfit');
    await consumer.logged(/^fault: the job is handed back/, 4);
    disk.free();
    await untilCompleted(campaign, 8);
    consumer.drain.abort();
    expect(await consumer.report).toEqual({
      reason: 'drained',
      endings: { completed: 8, fault: 4 },
      why: null,
    });
    expect(await campaign.queue.getFailedCount()).toBe(0);
  });

  it('that stays full ends the consumer: nothing is failed, and all jobs are on the queue', async () => {
    const { disk, campaign, consumer, letWrite } = await startOnSmallDisk({
      ...impatient,
      faultDelayMs: 60_000,
    });
    await disk.fill();
    letWrite();
    const report = await consumer.report;
    expect(report).toMatchObject({ reason: 'faulty', endings: { fault: 4 } });
    expect(report.why).toMatch(/^node1 was unfit for \d s: the job root .* no space left \(ENOSPC\)/);
    expect(await campaign.queue.getJobCounts('waiting', 'delayed', 'active', 'completed', 'failed')).toEqual({
      waiting: 4,
      delayed: 4,
      active: 0,
      completed: 0,
      failed: 0,
    });
    expect((await campaign.job(1)).progress).toMatchObject({
      lastFault: expect.stringMatching(/no space left \(ENOSPC\)|ENOSPC: no space left/),
    });
    for (const recordId of [1, 2, 3, 4])
      expect(existsSync(join(campaign.jobDir(recordId), 'attempt-1', 'result.json'))).toBe(false);
  });

  it('that turns read-only holds fetching until it can be written again', async () => {
    const disk = makeSmallDisk();
    const campaign = makeTestCampaign(redis.address, disk.path);
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, 'orca-good', quick);
    await untilCompleted(campaign, 1);
    disk.remount('ro');
    await campaign.add(2);
    await consumer.logged('node is unfit');
    expect(consumer.log).toContainEqual(
      expect.objectContaining({ msg: 'node is unfit', unfit: expect.stringContaining('(EROFS)') }),
    );
    disk.remount('rw');
    await untilCompleted(campaign, 2);
    consumer.drain.abort();
    expect(await consumer.report).toEqual({
      reason: 'drained',
      endings: { completed: 2, fault: 1 },
      why: null,
    });
  });
});
