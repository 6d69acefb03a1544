import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeHistory } from '../../../consumer/queue/answer-job.ts';
import { connectRedis, toRedisOptions } from '../../../core/redis/connect-redis.ts';
import type { StopReason } from '../../../core/stop-signal.ts';
import { noteHandBack, parseHistory } from '../../../core/job/job-history.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { useRedis } from '../../support/use-redis.ts';
import { makeTestCampaign, startConsumer, type TestCampaign } from '../start-consumer.ts';
import { createWalltime } from '../../../scheduler/walltime.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

const keyOf = (campaign: TestCampaign, name: string): string => `${queuePrefix(campaign.id)}:default:${name}`;

/** An ORCA that leaves orbitals and runs on; it says so in `ready` when it found orbitals there already. */
function writeLongOrca(campaign: TestCampaign): string {
  const program = join(campaign.dir, 'long-orca');
  const text = `#!/bin/sh
    [ $# -eq 0 ] && exit 1
    [ -e orca.gbw ] && exit 1
    echo orbitals >orca.gbw
    touch ready
    exec sleep 600\n`;
  writeFileSync(program, text, { mode: 0o755 });
  return program;
}

const runsOf = (campaign: TestCampaign): string[] =>
  readdirSync(join(campaign.jobDir(), 'attempt-1'))
    .filter((name) => name.startsWith('run-'))
    .toSorted();

/** Starts ORCA once on this node and drains it. */
async function interruptOnce(
  campaign: TestCampaign,
  program: string,
  round: number,
  crashLimit: number,
  signal: 'SIGALRM' | 'SIGTERM' = 'SIGALRM',
): Promise<unknown> {
  const consumer = startConsumer(server.address, campaign, program, { crashLimit });
  await vi.waitFor(
    () => {
      const ready = runsOf(campaign).filter((run) =>
        existsSync(join(campaign.jobDir(), 'attempt-1', run, 'ready')),
      );
      expect(ready).toHaveLength(round);
    },
    { timeout: 20_000, interval: 20 },
  );
  // ALRM is what Flux sends at the end of a walltime.
  consumer.drain.abort({ signal } satisfies StopReason);
  return (await consumer.report).endings;
}

describe('an interrupted job', () => {
  it('is first in line again, its run directory kept with the orbitals, and runs in a fresh one', async () => {
    const campaign = makeTestCampaign(server.address);
    for (const recordId of [1, 2]) await campaign.add(recordId);
    const program = writeLongOrca(campaign);
    expect(await interruptOnce(campaign, program, 1, 5)).toEqual({ handed_back: 1 });
    const [first = ''] = runsOf(campaign);
    expect(existsSync(join(campaign.jobDir(), 'attempt-1', first, 'orca.gbw'))).toBe(true);
    expect((await campaign.queue.getWaiting()).map((job) => job.id)).toEqual(['c1-a1', 'c2-a1']);
    expect((await campaign.job()).progress).toMatchObject({
      handedBack: 1,
      faults: 0,
      node: 'node1',
      start: 1,
    });

    expect(await interruptOnce(campaign, program, 2, 5)).toEqual({ handed_back: 1 });
    const runs = runsOf(campaign);
    expect(runs).toHaveLength(2);
    for (const run of runs) {
      expect(existsSync(join(campaign.jobDir(), 'attempt-1', run, 'orca.gbw'))).toBe(true);
    }
    expect((await campaign.job()).progress).toMatchObject({ handedBack: 2, start: 2 });
  }, 60_000);

  it('that is longer than every allocation is failed the third time, and not started a fourth', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const program = writeLongOrca(campaign);
    expect(await interruptOnce(campaign, program, 1, 3)).toEqual({ handed_back: 1 });
    expect(await interruptOnce(campaign, program, 2, 3)).toEqual({ handed_back: 1 });
    expect(await interruptOnce(campaign, program, 3, 3)).toEqual({ refused: 1 });
    const job = await campaign.job();
    expect(await job.getState()).toBe('failed');
    expect(job.failedReason).toMatch(
      /^interrupted: cut short 3 times by the end of a walltime, last on node1 after \S+ of running: it needs a longer walltime, or a time request$/,
    );
    expect(job.progress).toMatchObject({ handedBack: 3 });
    expect(runsOf(campaign)).toHaveLength(3);
  }, 60_000);

  it('by preemptions comes again as often as they do', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const program = writeLongOrca(campaign);
    for (const round of [1, 2, 3])
      expect(await interruptOnce(campaign, program, round, 2, 'SIGTERM')).toEqual({ handed_back: 1 });
    expect((await campaign.job()).progress).toMatchObject({ handedBack: 3, outOfTime: 0 });
  }, 60_000);

  it('is failed at the next fetch when the limit was lowered meanwhile', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const program = writeLongOrca(campaign);
    await interruptOnce(campaign, program, 1, 5);
    const consumer = startConsumer(server.address, campaign, program, { crashLimit: 1 });
    expect((await consumer.report).endings).toEqual({ refused: 1 });
    expect((await campaign.job()).failedReason).toMatch(
      /^interrupted: cut short once by the end of a walltime, last on node1: /,
    );
    expect(runsOf(campaign)).toHaveLength(1);
  }, 60_000);
});

describe('a job that comes too late for the walltime', () => {
  it('makes way for those that fit, and goes back uncounted: its ORCA was never started', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add(1, { timeRequestSeconds: 3600 });
    await campaign.add(2, { timeRequestSeconds: 60 });
    const walltime = createWalltime(new Date(Date.now() + 600_000));
    const consumer = startConsumer(server.address, campaign, 'orca-good', { walltime, tooLateDelayMs: 2000 });
    expect(await consumer.report).toMatchObject({
      reason: 'walltime',
      endings: { too_late: 3, completed: 1 },
    });
    expect(await campaign.stateOf(2)).toBe('completed');
    const job = await campaign.job();
    expect(await job.getState()).toBe('delayed');
    expect(job).toMatchObject({ attemptsStarted: 3, attemptsMade: 0 });
    expect(parseHistory(job.progress).handedBack).toBe(0);
  });
});

describe('the note of what a job has been through', () => {
  it('names the node at each start once the job has a past, so that its loss can be told', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await redis.hset(keyOf(campaign, 'c1-a1'), 'stc', 1);
    const first = startConsumer(server.address, campaign, 'orca-ranks', {
      locks: { lockSeconds: 60, renewSeconds: 0.2 },
    });
    await campaign.idsOfRun();
    await vi.waitFor(async () => expect((await campaign.job()).progress).toMatchObject({ node: 'node1' }));
    // What the stall check does when a lock has expired.
    await redis.del(keyOf(campaign, 'c1-a1:lock'), keyOf(campaign, 'stalled-check'));
    expect((await first.report).endings).toEqual({ fenced: 1 });
    const checker = new Worker('default', null, {
      connection: toRedisOptions(server.address),
      prefix: queuePrefix(campaign.id),
      autorun: false,
      stalledInterval: 50,
      maxStalledCount: 1_000_000,
    });
    checker.on('error', () => undefined);
    onTestFinished(() => checker.close(true));
    await checker.startStalledCheckTimer();
    await vi.waitFor(async () => expect(await campaign.stateOf()).toBe('waiting'), { timeout: 10_000 });
    const second = startConsumer(server.address, campaign, 'orca-good', { crashLimit: 2 });
    expect((await second.report).endings).toEqual({ refused: 1 });
    expect((await campaign.job()).failedReason).toBe(
      'lost: lost 2 times: its node or consumer vanished, last on node1',
    );
  }, 30_000);

  it('is not written by a consumer whose job is another’s by now', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const worker = new Worker<unknown>('default', null, {
      connection: toRedisOptions(server.address),
      prefix: queuePrefix(campaign.id),
      autorun: false,
      skipStalledCheck: true,
    });
    worker.on('error', () => undefined);
    onTestFinished(() => worker.close(true));
    const job = await worker.getNextJob('old owner');
    if (!job) throw new Error('no job');
    const source = { node: 'n2', start: 2, now: new Date() };
    const newer = noteHandBack(noteHandBack(parseHistory(0), source, true), source, true);
    await redis.set(keyOf(campaign, 'c1-a1:lock'), 'new owner', 'PX', 60_000);
    await redis.hset(keyOf(campaign, 'c1-a1'), 'progress', JSON.stringify(newer));
    const held = {
      job,
      token: 'old owner',
      runId: '1-0',
      slot: { slot: 0, cores: [0] },
      lockedAtMs: 0,
      stop: new AbortController(),
    };
    await writeHistory(
      held,
      noteHandBack(parseHistory(0), { node: 'n1', start: 1, now: new Date() }, true),
      60,
    );
    expect((await campaign.job()).progress).toEqual(newer);
    expect(await redis.get(keyOf(campaign, 'c1-a1:lock'))).toBe('new owner');
  });
});
