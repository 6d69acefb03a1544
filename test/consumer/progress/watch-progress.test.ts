import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { announcementsKey, type KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import { listConsumers } from '../../../infra/consumers/list-consumers.ts';
import { useRedis } from '../../support/use-redis.ts';
import { standInPath } from '../../support/run-oact.ts';
import { aJob } from '../a-payload.ts';
import { makeTestCampaign, slotsOfOneCore, startConsumer, type TestCampaign } from '../start-consumer.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

type Job = KnownConsumer['jobs'][number];
const jobOf = async (campaign: TestCampaign): Promise<Job | undefined> => {
  const { consumers } = await listConsumers(redis, campaign.id, 'default', new Date());
  return consumers[0]?.jobs[0];
};
const quick = {
  announceMs: 20,
  idleTimeoutSeconds: null,
  watchLimits: { lookMs: 20, stallMs: 1500 },
};
const stallLog = /^ORCA stalls/;
const waitMs = { timeout: 15_000 };

function setStandIn(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('a running job', () => {
  it('tells its phases, iterations and cycles in the announcement, and nothing when it is over', async () => {
    setStandIn({ OACT_STANDIN_SECONDS: '4' });
    const campaign = makeTestCampaign(server.address);
    const { calculation } = aJob(campaign.jobRoot).data;
    const keywords = ['HF', 'def2-SVP', 'Opt'];
    await campaign.add(7, { calculation: { ...calculation, runType: 'optimization', keywords } });
    const consumer = startConsumer(server.address, campaign, standInPath, quick);
    const seen: Job[] = [];
    await vi.waitFor(
      async () => {
        const job = await jobOf(campaign);
        if (job) seen.push(job);
        expect(seen.length).toBeGreaterThan(0);
        expect(job).toBeUndefined();
      },
      { timeout: 20_000, interval: 10 },
    );
    expect(seen.map(({ formula }) => formula)).toContain('UO2');
    const steps = seen.flatMap(({ progress }) => progress ?? []);
    const phases = new Set(steps.map(({ phase }) => phase));
    expect([...phases]).toEqual(expect.arrayContaining(['heavy-atom guess', 'SCF', 'gradient']));
    expect(steps.find(({ phase }) => phase === 'heavy-atom guess')?.element).toBe('U');
    // Never backwards.
    const cycles = steps.map(({ optimization }) => optimization?.cycle ?? 0);
    expect(cycles).toEqual(cycles.toSorted((a, b) => a - b));
    expect(cycles.at(-1)).toBeGreaterThan(2);
    expect(new Set(steps.map(({ scf }) => scf?.iteration)).size).toBeGreaterThan(5);
    expect(steps.some(({ scf }) => (scf?.energyChange ?? 0) < 0)).toBe(true);
    expect(steps.at(-1)?.optimization).toMatchObject({
      limit: expect.any(Number),
      maxGradient: { value: expect.any(Number), target: 3e-4 },
    });
    expect(steps.filter(({ stalledSince }) => stalledSince !== null)).toEqual([]);
    expect(consumer.log.filter(({ msg }) => stallLog.test(String(msg)))).toEqual([]);
  });

  it('keeps its announcement small, and no file open when it is over', async () => {
    setStandIn({ OACT_STANDIN_SECONDS: '1.5' });
    const campaign = makeTestCampaign(server.address);
    for (const id of [1, 2, 3, 4]) await campaign.add(id);
    startConsumer(server.address, campaign, standInPath, { ...quick, slots: slotsOfOneCore(4) });
    let largest = 0;
    await vi.waitFor(
      async () => {
        const [text = ''] = await redis.hvals(announcementsKey(campaign.id, 'default'));
        const { jobs }: { jobs: Job[] } = JSON.parse(text);
        if (jobs.length === 4 && jobs.every(({ progress }) => progress !== null))
          largest = Math.max(largest, text.length / 4);
        expect((await campaign.queue.getJobCounts('completed'))['completed']).toBe(4);
      },
      { timeout: 15_000, interval: 10 },
    );
    expect(largest).toBeGreaterThan(100);
    expect(largest).toBeLessThan(600);
    await vi.waitFor(() => expect(openFilesBelow(campaign.jobRoot)).toEqual([]), waitMs);
  });
});

describe('a stall', () => {
  it('is a run that neither writes nor computes: said once, and nothing is stopped', async () => {
    setStandIn({ OACT_STANDIN_SECONDS: '0.3', OACT_STANDIN_FAIL: 'hang' });
    const campaign = makeTestCampaign(server.address);
    const startedAtMs = Date.now();
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, standInPath, quick);
    await consumer.logged(stallLog);
    const stalled = await vi.waitFor(async () => {
      const job = await jobOf(campaign);
      expect(job?.progress?.stalledSince).not.toBeNull();
      return job;
    }, waitMs);
    expect(stalled?.progress?.phase).toBe('SCF');
    const since = Date.parse(stalled?.progress?.stalledSince ?? '');
    expect(since).toBeGreaterThanOrEqual(startedAtMs);
    expect(Date.now() - since).toBeGreaterThanOrEqual(quick.watchLimits.stallMs);
    // As long again: it is not said anew, and the run goes on.
    await expect
      .poll(
        async () => Date.now() - Date.parse((await jobOf(campaign))?.progress?.stalledSince ?? ''),
        waitMs,
      )
      .toBeGreaterThan(2 * quick.watchLimits.stallMs);
    expect(consumer.log.filter(({ msg }) => stallLog.test(String(msg)))).toHaveLength(1);
    expect(await campaign.stateOf()).toBe('active');
  });

  it('is not a livelock: no output, but CPU', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-livelock', quick);
    await expect
      .poll(async () => (await jobOf(campaign))?.progress?.silentSeconds, waitMs)
      .toBeGreaterThanOrEqual(3);
    const progress = (await jobOf(campaign))?.progress;
    expect(progress).toMatchObject({ phase: 'SCF', stalledSince: null });
    expect(progress?.busyCores).toBeGreaterThan(0.1);
    expect(consumer.log.filter(({ msg }) => stallLog.test(String(msg)))).toEqual([]);
  });

  it('is not a heavy-atom guess whose own output grows, and is one when that ends; it is over with the next line', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-heavy-guess', quick);
    await expect.poll(async () => (await jobOf(campaign))?.progress?.element, waitMs).toBe('U');
    const seenAtMs = Date.now();
    await expect
      .poll(async () => {
        expect((await jobOf(campaign))?.progress?.stalledSince).toBeNull();
        return Date.now() - seenAtMs;
      }, waitMs)
      .toBeGreaterThan(2 * quick.watchLimits.stallMs);
    mkdirSync(campaign.jobDir(), { recursive: true });
    writeFileSync(join(campaign.jobDir(), 'stop'), '');
    await consumer.logged(stallLog);
    const attemptDir = join(campaign.jobDir(), 'attempt-1');
    const run = readdirSync(attemptDir).find((name) => name.startsWith('run-')) ?? '';
    writeFileSync(join(attemptDir, run, 'orca_atom92.out'), 'row\n'.repeat(100_000));
    await consumer.logged('ORCA is at work again');
  });
});

/** Files below a directory that this process has open. */
function openFilesBelow(dir: string): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(dir));
}
