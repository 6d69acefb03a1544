/** What a hand at Bull Board or redis-cli does to a job, as docs/lifecycle.md has it. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { defaultJobOptions } from '../../../core/job/queue-names.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aPayload } from '../a-payload.ts';
import { isAlive } from '../programs.ts';
import {
  consumeAll,
  letOrcaEnd,
  makeTestCampaign,
  startConsumer,
  startsOf,
  type TestCampaign,
} from '../start-consumer.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

const consume = (campaign: TestCampaign, program?: string) => consumeAll(server.address, campaign, program);
const resultPath = (campaign: TestCampaign): string => join(campaign.jobDir(), 'attempt-1', 'result.json');

describe('somebody at the board while a job runs', () => {
  it.each([
    ['removes', (campaign: TestCampaign) => campaign.job().then((job) => job.remove())],
    ['retries', (campaign: TestCampaign) => campaign.job().then((job) => job.retry())],
    ['promotes', (campaign: TestCampaign) => campaign.job().then((job) => job.promote())],
  ])('%s it: BullMQ says no, and the run goes on', async (_, act) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await expect(act(campaign)).rejects.toThrow(/^Job c1-a1 |locked/);
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(await campaign.stateOf()).toBe('completed');
    expect((await campaign.job()).attemptsStarted).toBe(1);
  });

  it('adds its id again: nothing is added', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await campaign.add(1, { timeLimitSeconds: 1 });
    expect(await campaign.queue.getJobCounts('waiting', 'active')).toEqual({ waiting: 0, active: 1 });
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(startsOf(consumer.log)).toBe(1);
  });

  it('deletes all its keys: ORCA is stopped at the next renewal, nothing is published', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-ranks', {
      locks: { lockSeconds: 60, renewSeconds: 0.2 },
    });
    const ids = await campaign.idsOfRun();
    await redis.del(campaign.keyOf('c1-a1'), campaign.keyOf('c1-a1:lock'));
    expect((await consumer.report).endings).toEqual({ fenced: 1 });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(existsSync(resultPath(campaign))).toBe(false);
  });

  it('deletes its keys just before it ends: the result stays on disk, and the job, added again, reports it', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await redis.del(campaign.keyOf('c1-a1'), campaign.keyOf('c1-a1:lock'), campaign.keyOf('active'));
    letOrcaEnd(campaign.jobDir());
    await consumer.report;
    await consumer.logged('the queue refused the answer: the job is no longer on the queue');
    expect(existsSync(resultPath(campaign))).toBe(true);

    await campaign.add();
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 0 });
    expect(await campaign.stateOf()).toBe('completed');
  });
});

describe('somebody at the board before or after the run', () => {
  it('retries a job that failed: its result is reported again, ORCA not started', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    expect(await consume(campaign, 'orca-failing')).toEqual({ endings: { failed: 1 }, starts: 1 });
    await (await campaign.job()).retry();
    expect(await campaign.stateOf()).toBe('waiting');
    expect(await consume(campaign, 'orca-good')).toEqual({ endings: { failed: 1 }, starts: 0 });
    expect((await campaign.job()).failedReason).toMatch(/^scf_not_converged: /);
  });

  it('retries a job that was given up: it is given up again', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await redis.hset(campaign.keyOf('c1-a1'), 'stc', 5);
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
    await (await campaign.job()).retry();
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
  });

  it('promotes a job that waits after a fault: it runs at once', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    mkdirSync(campaign.jobDir(), { recursive: true });
    // A file where the attempt's directory should be.
    writeFileSync(join(campaign.jobDir(), 'attempt-1'), '');
    const consumer = startConsumer(server.address, campaign, 'orca-good', {
      faultDelayMs: 600_000,
      idleTimeoutSeconds: null,
    });
    await vi.waitFor(async () => expect(await campaign.stateOf()).toBe('delayed'), { timeout: 10_000 });
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ fault: 1 });
    rmSync(join(campaign.jobDir(), 'attempt-1'));
    await (await campaign.job()).promote();
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 1 });
    expect(await campaign.job()).toMatchObject({ attemptsStarted: 2, progress: { faults: 1 } });
  });

  it('gives it attempts of BullMQ’s own: a failure is one all the same', async () => {
    const campaign = makeTestCampaign(server.address);
    const data = { ...aPayload({ jobDir: 'job_1' }), campaignId: campaign.id };
    await campaign.queue.add('by hand', data, { ...defaultJobOptions, jobId: 'c1-a1', attempts: 3 });
    expect(await consume(campaign, 'orca-failing')).toEqual({ endings: { failed: 1 }, starts: 1 });
    expect(await campaign.stateOf()).toBe('failed');
  });

  it('runs a stall check with a limit of its own, which marks the job for failure: it runs all the same', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await redis.hset(campaign.keyOf('c1-a1'), 'defa', 'job stalled more than allowable limit', 'stc', 2);
    expect((await campaign.job()).deferredFailure).toBe('job stalled more than allowable limit');
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 1 });
    expect(await campaign.stateOf()).toBe('completed');
  });
});
