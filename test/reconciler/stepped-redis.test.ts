import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queuePrefix } from '../../core/job/queue-names.ts';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../core/redis/outage-log.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { stepAheadMs } from '../../reconciler/redis-clock.ts';
import { startChaosRedis } from '../../tools/chaos/chaos-redis.ts';
import { aSelection, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { canStepClocks, fakeClockOfRedis } from '../support/machine/faked-clock.ts';
import { aHand } from './finish-job.ts';

const program = (await findRedisProgram())?.path;
const look = (beforeMs: number, redisMs: number, afterMs = beforeMs) => ({ beforeMs, redisMs, afterMs });

it.each([
  ['the first look', undefined, look(0, 5000), 0],
  ['both go on alike', look(0, 5000), look(60_000, 65_000), 0],
  ['a second more or less', look(0, 5000), look(60_000, 65_900), 0],
  ['ahead by an hour', look(0, 5000), look(60_000, 3_665_000), 3_600_000],
  ['back by an hour', look(0, 5_000_000), look(60_000, 1_460_000), 0],
  ['an answer that took 5 s at first', look(0, 10_000, 5000), look(60_000, 65_000), 0],
  ['an answer that takes 5 s', look(0, 5000), look(60_000, 65_000, 65_000), 0],
])('a step of the clock of Redis: %s', (_, first, second, step) => {
  expect(stepAheadMs(first, second)).toBe(step);
});

describe.skipIf(!canStepClocks || program === undefined)('the clock of Redis is set ahead', () => {
  it('a running job keeps its place until its consumer has had time to notice', async () => {
    const home = makeCampaignDir();
    onTestFinished(() => home.remove());
    mkdirSync(join(home.dir, 'logs'));
    const clock = fakeClockOfRedis();
    const server = await startChaosRedis(program ?? '', home.dir, clock.env);
    onTestFinished(() => server.stop());
    const address = { kind: 'external', url: `redis://127.0.0.1:${server.port}/0` } as const;
    const node = await makeLoginNode(address, [{}]);
    const { campaignId } = node.workflow;
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const job = await aHand(address, campaignId).take();
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
    const check = startStallCheck(toRedisOptions(address), {
      campaignId,
      lane: 'default',
      log,
      outage: createOutageLog(silentLog, { away: '', back: '' }),
      intervalSeconds: 0.1,
      noticeSeconds: 2,
    });
    onTestFinished(() => check.stop());
    // Marked: the next check that finds no lock puts it back.
    const stalled = `${queuePrefix(campaignId)}:default:stalled`;
    await expect.poll(() => node.redis.sismember(stalled, job.id ?? '')).toBe(1);
    clock.step(3600);
    await expect.poll(() => lines).toEqual([expect.stringContaining('the clock of Redis was set ahead')]);
    const noticedMs = performance.now();
    await expect.poll(() => job.getState(), { timeout: 20_000 }).toBe('waiting');
    expect(performance.now() - noticedMs).toBeGreaterThan(1500);
    expect(lines.at(-1)).toContain('its consumer was lost');
  }, 60_000);
});
