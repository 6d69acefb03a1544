import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseResult } from '../../core/job/result.ts';
import { useRedis } from '../support/use-redis.ts';
import { aResult } from '../workflow/sample-workflow.ts';
import { letOrcaEnd, makeTestCampaign, slotsOfOneCore, startConsumer } from './start-consumer.ts';
import { createWalltime } from '../../scheduler/walltime.ts';

const redis = useRedis();

describe('a job', () => {
  it('is run on its slot and ends in completed, with its result and plain files', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const slots = slotsOfOneCore(1);
    const consumer = startConsumer(redis.address, campaign, 'orca-good', { slots });
    expect(await consumer.report).toEqual({ reason: 'idle', endings: { completed: 1 }, why: null });

    const job = await campaign.job();
    expect(await job.getState()).toBe('completed');
    const result = parseResult(job.returnvalue, 'the job');
    expect(result).toMatchObject({
      campaignId: campaign.id,
      recordId: 1,
      attempt: 1,
      outcome: { kind: 'completed' },
      ranOn: { node: 'node1', allocationId: '4711', slot: 0, cores: slots[0]?.cores },
      metrics: {
        finalEnergyHartree: -626.605298577892,
        maxGradientHartreePerBohr: 0.000137424,
        scfCycles: 17,
        wallTimeSeconds: 1.234,
        ranks: 1,
        program: 'orca 6.1.0',
      },
    });
    const read = (name: string): string => readFileSync(join(campaign.jobDir(), name), 'utf8');
    expect(JSON.parse(read('attempt-1/result.json'))).toEqual(result);
    expect(readdirSync(campaign.jobDir()).toSorted()).toEqual([
      'attempt-1',
      'orca.engrad',
      'orca.err',
      'orca.gbw',
      'orca.inp',
      'orca.out',
      'orca.xyz',
    ]);
    expect(read('orca.inp')).toContain('%pal\n nprocs 1\nend\n%maxcore 1000');
    expect(read('orca.inp')).toContain('*xyz 2 1');
    expect(read('orca.out')).toContain('ORCA TERMINATED NORMALLY');
    expect(JSON.stringify(result).length).toBeLessThan(1024);
  });

  it("that ORCA refuses ends in failed, with the class, ORCA's own words and no stack", async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-failing');
    expect((await consumer.report).endings).toEqual({ failed: 1 });
    const job = await campaign.job();
    expect(await job.getState()).toBe('failed');
    expect(job.failedReason).toBe('scf_not_converged: SCF NOT CONVERGED AFTER 125 CYCLES');
    expect(job.stacktrace).toEqual([job.failedReason]);
    const result = JSON.parse(readFileSync(join(campaign.jobDir(), 'attempt-1/result.json'), 'utf8'));
    expect(result.outcome).toEqual({
      kind: 'failed',
      class: 'scf_not_converged',
      reason: 'SCF NOT CONVERGED AFTER 125 CYCLES',
      retryable: true,
    });
  });

  it('is stopped at its own time limit, or at that of the consumer when it is shorter', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, { timeLimitSeconds: 1 });
    await campaign.add(2, { timeLimitSeconds: 3600 });
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting', {
      slots: slotsOfOneCore(2),
      longestJobSeconds: 2,
    });
    expect((await consumer.report).endings).toEqual({ timed_out: 2 });
    expect((await campaign.job(1)).failedReason).toBe('timed_out: Job exceeded 1s timeout');
    expect((await campaign.job(2)).failedReason).toBe('timed_out: Job exceeded 2s timeout');
    expect(readFileSync(join(campaign.jobDir(1), 'orca.out'), 'utf8')).toBe('started\n');
  });

  it('can be watched in its directory while it runs', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting');
    await expect
      .poll(
        () => {
          try {
            return readFileSync(join(campaign.jobDir(), 'orca.out.live'), 'utf8');
          } catch {
            return '';
          }
        },
        { timeout: 10_000 },
      )
      .toBe('started\n');
    expect(await campaign.stateOf()).toBe('active');
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
  });

  it('waits for a free slot; two slots run two jobs', async () => {
    const campaign = makeTestCampaign(redis.address);
    for (const recordId of [1, 2, 3]) await campaign.add(recordId);
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting', { slots: slotsOfOneCore(2) });
    await consumer.logged('job started', 2);
    expect(await campaign.queue.getJobCounts('active', 'waiting')).toEqual({ active: 2, waiting: 1 });
    for (const recordId of [1, 2, 3]) {
      letOrcaEnd(campaign.jobDir(recordId));
    }
    expect((await consumer.report).endings).toEqual({ completed: 3 });
    const slots = consumer.log.filter((line) => line['msg'] === 'job started').map((line) => line['slot']);
    // Which of the two starts first is open: each looks at its directory beforehand.
    expect(new Set(slots.slice(0, 2))).toEqual(new Set([0, 1]));
  });
});

describe('a job that can never run', () => {
  it('is refused with the reason, without starting ORCA', async () => {
    const campaign = makeTestCampaign(redis.address);
    symlinkSync('/', join(campaign.jobRoot, 'job_5'));
    await campaign.add(1, { v: 0 });
    await campaign.add(2, { campaignId: 'ffffffff' });
    await campaign.add(3, { jobDir: '../etc/oact-test' });
    await campaign.add(4, { v: 1, jobDir: `${campaign.jobRoot}/../elsewhere` });
    await campaign.add(5, { jobDir: join('job_5', 'etc') });
    await campaign.add(6, { calculation: null });
    const consumer = startConsumer(redis.address, campaign, 'orca-good');
    expect((await consumer.report).endings).toEqual({ refused: 6 });
    const reasons = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (id) => (await campaign.job(id)).failedReason),
    );
    expect(reasons).toEqual([
      expect.stringMatching(/^payload_refused: the payload is invalid/),
      `payload_refused: it belongs to campaign ffffffff, not ${campaign.id}`,
      expect.stringMatching(/^payload_refused: the payload is invalid/),
      expect.stringMatching(/^payload_refused: the job directory .* lies outside the job root/),
      expect.stringMatching(/^payload_refused: the job directory .* lies outside the job root/),
      expect.stringMatching(/^payload_refused: the payload is invalid/),
    ]);
    expect(consumer.log.filter((line) => line['msg'] === 'job started')).toEqual([]);
  });

  it('is refused when its directory holds the result of another record', async () => {
    const campaign = makeTestCampaign(redis.address);
    mkdirSync(join(campaign.jobDir(), 'attempt-1'), { recursive: true });
    const other = aResult(99, 1, { campaignId: campaign.id });
    writeFileSync(join(campaign.jobDir(), 'attempt-1', 'result.json'), JSON.stringify(other));
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-good');
    expect((await consumer.report).endings).toEqual({ refused: 1 });
    expect((await campaign.job()).failedReason).toContain('two records share this directory');
  });

  it('is refused when another record publishes there first', async () => {
    const campaign = makeTestCampaign(redis.address);
    const jobDir = campaign.jobDir(1);
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting', { slots: slotsOfOneCore(2) });
    await expect.poll(() => existsSync(join(jobDir, 'orca.out.live')), { timeout: 5000 }).toBe(true);
    await campaign.add(2, { jobDir: 'job_1' });
    await consumer.logged('job started', 2);
    letOrcaEnd(jobDir);
    expect((await consumer.report).endings).toEqual({ completed: 1, refused: 1 });
    const states = [await campaign.stateOf(1), await campaign.stateOf(2)];
    expect(states.toSorted()).toEqual(['completed', 'failed']);
  });
});

describe('a published result', () => {
  const notEnoughDisk = { kind: 'failed', class: 'disk_full', reason: 'full', retryable: true } as const;

  it.each([
    [aResult(1, 1), 'completed', undefined],
    [aResult(1, 1, { outcome: notEnoughDisk }), 'failed', 'disk_full: full'],
  ])('is adopted instead of computed again (%#)', async (found, state, failedReason) => {
    const campaign = makeTestCampaign(redis.address);
    const result = { ...found, campaignId: campaign.id };
    mkdirSync(join(campaign.jobDir(), 'attempt-1'), { recursive: true });
    writeFileSync(join(campaign.jobDir(), 'attempt-1', 'result.json'), JSON.stringify(result));
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-failing');
    expect((await consumer.report).endings).toEqual({ [state]: 1 });
    const job = await campaign.job();
    expect(await job.getState()).toBe(state);
    expect(job.failedReason).toBe(failedReason);
    expect(job.returnvalue).toEqual(state === 'completed' ? result : null);
    expect(consumer.log.filter((line) => line['msg'] === 'job started')).toEqual([]);
  });
});

describe('the end of a consumer', () => {
  it('comes after the idle timeout, and not while a job runs that takes longer', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, { timeLimitSeconds: 1 });
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting', {
      slots: slotsOfOneCore(2),
      idleTimeoutSeconds: 0.2,
    });
    expect(await consumer.report).toEqual({ reason: 'idle', endings: { timed_out: 1 }, why: null });
  });

  it('comes as soon as the queue is empty when it shall not wait at all', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1);
    const consumer = startConsumer(redis.address, campaign, 'orca-good', { idleTimeoutSeconds: 0 });
    expect(await consumer.report).toEqual({ reason: 'idle', endings: { completed: 1 }, why: null });
  });

  it('comes when a job does not fit before the end of the walltime; the job waits for another node', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, { timeRequestSeconds: 7200 });
    const consumer = startConsumer(redis.address, campaign, 'orca-good', {
      walltime: createWalltime(new Date(Date.now() + 3_600_000)),
      idleTimeoutSeconds: null,
      tooLateDelayMs: 500,
    });
    expect(await consumer.report).toEqual({ reason: 'walltime', endings: { too_late: 2 }, why: null });
    expect(await campaign.stateOf()).toBe('delayed');
    expect((await campaign.job()).attemptsMade).toBe(0);
  });
});
