import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { useRedis } from '../support/use-redis.ts';
import { isAlive } from './programs.ts';
import { letOrcaEnd, makeTestCampaign, slotsOfOneCore, startConsumer } from './start-consumer.ts';
import { createWalltime } from '../../scheduler/walltime.ts';

const redis = useRedis();

describe('a drain', () => {
  it('stops ORCA and hands its job back to the head of the queue, no attempt spent, no process left', async () => {
    const campaign = makeTestCampaign(redis.address);
    for (const recordId of [1, 2, 3]) await campaign.add(recordId);
    const consumer = startConsumer(redis.address, campaign, 'orca-ranks');
    const ids = await campaign.idsOfRun();
    consumer.drain.abort();
    expect(await consumer.report).toEqual({ reason: 'drained', endings: { handed_back: 1 }, why: null });
    expect(ids.filter(isAlive)).toEqual([]);

    const job = await campaign.job(1);
    expect(await job.getState()).toBe('waiting');
    expect(job).toMatchObject({ attemptsMade: 0, attemptsStarted: 1, stalledCounter: 0 });
    expect(await campaign.queue.getJobCounts('waiting', 'active')).toEqual({ waiting: 3, active: 0 });

    const next = startConsumer(redis.address, campaign, 'orca-good');
    expect((await next.report).endings).toEqual({ completed: 3 });
    const order = next.log.filter((line) => line['msg'] === 'job started').map((line) => line['jobId']);
    expect(order).toEqual(['c1-a1', 'c2-a1', 'c3-a1']);
    expect((await campaign.job(1)).attemptsStarted).toBe(2);
  });

  it('leaves the files of the interrupted run for a restart, and publishes nothing', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-ranks');
    await campaign.idsOfRun();
    consumer.drain.abort();
    await consumer.report;
    const [run = ''] = readdirSync(join(campaign.jobDir(), 'attempt-1'));
    expect(run).toMatch(/^run-1-[0-9a-f]{8}$/);
    expect(readdirSync(join(campaign.jobDir(), 'attempt-1', run))).toContain('orca.inp');
  });

  it('lets a job that ends within the grace finish, and takes no other', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1);
    await campaign.add(2);
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting', { graceSeconds: 20 });
    await consumer.logged('job started');
    consumer.drain.abort();
    await consumer.logged('draining');
    letOrcaEnd(campaign.jobDir());
    expect(await consumer.report).toEqual({ reason: 'drained', endings: { completed: 1 }, why: null });
    expect(await campaign.stateOf(2)).toBe('waiting');
  });

  it('ends a consumer that waits for a job at once', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = startConsumer(redis.address, campaign, 'orca-good', { idleTimeoutSeconds: null });
    await vi.waitFor(async () => expect(await campaign.queue.getWorkersCount()).toBe(1));
    const drainedAtMs = Date.now();
    consumer.drain.abort();
    expect(await consumer.report).toEqual({ reason: 'drained', endings: {}, why: null });
    // An interrupted fetch answers at once; one that has to be given up takes 2 s.
    expect(Date.now() - drainedAtMs).toBeLessThan(1900);
  });
});

describe('a second signal', () => {
  it('kills what ignores TERM at once; the job is handed back all the same', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-stubborn', { graceSeconds: 60 });
    const ids = await campaign.idsOfRun();
    consumer.drain.abort();
    await consumer.logged('draining');
    const forcedAtMs = Date.now();
    consumer.force.abort();
    expect((await consumer.report).endings).toEqual({ handed_back: 1 });
    expect(Date.now() - forcedAtMs).toBeLessThan(5000);
    expect(ids.filter(isAlive)).toEqual([]);
    expect(await campaign.stateOf()).toBe('waiting');
    expect((await campaign.job()).attemptsMade).toBe(0);
  });
});

describe('the walltime', () => {
  it('begins a drain early enough to stop ORCA and hand its job back', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-ranks', {
      walltime: createWalltime(new Date(Date.now() + 32_000)),
      idleTimeoutSeconds: null,
      slots: slotsOfOneCore(1),
    });
    const ids = await campaign.idsOfRun();
    expect(await consumer.report).toEqual({ reason: 'walltime', endings: { handed_back: 1 }, why: null });
    expect(ids.filter(isAlive)).toEqual([]);
  });
});
