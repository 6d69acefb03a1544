import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { type ChaosRedis, startChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import type { RedisAddress } from '../../../core/redis/redis-address.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { startConsumer, type TestConsumer } from '../../consumer/start-consumer.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import type { Loop } from '../start-loop.ts';

const program = (await findRedisProgram())?.path;
export const hasServer = program !== undefined;

export interface OwnRedis extends ChaosRedis {
  address: RedisAddress;
  /** A directory of the test's own; Redis keeps its files in `redis` below it. */
  home: string;
}

/** A Redis of the test's own, to be hurt. Called first, it ends last: what a test started says goodbye to one that is there. */
export async function startOwnRedis(): Promise<OwnRedis> {
  const home = makeCampaignDir();
  mkdirSync(join(home.dir, 'logs'));
  const redis = await startChaosRedis(program ?? '', home.dir);
  onTestFinished(async () => {
    await redis.stop();
    home.remove();
  });
  return {
    ...redis,
    home: home.dir,
    address: { kind: 'external', url: `redis://127.0.0.1:${redis.port}/0` },
  };
}

export const patient = { timeout: 60_000 };
export const jobDirOf = (loop: Loop, id = 1): string => join(loop.jobRoot, `job_${id}`);
export const resultOf = (loop: Loop, id = 1): string => join(jobDirOf(loop, id), 'attempt-1', 'result.json');
export const statusOf = (loop: Loop, id = 1): unknown => readRow(loop.workflow, id)['status'];
export const completed = (loop: Loop, id = 1): Promise<void> =>
  expect.poll(() => statusOf(loop, id), patient).toBe('completed');
export const timesOf = (consumer: TestConsumer, message: RegExp): number =>
  consumer.log.filter(({ msg }) => message.test(String(msg))).length;
/** Every record was settled once, by its first attempt, and none was charged for it. */
export function expectSettledOnce(loop: Loop, ids: number[]): void {
  for (const id of ids) {
    expect(readRow(loop.workflow, id)).toMatchObject({ status: 'completed', fail_count: 0 });
    expect(listAttempts(loop.workflow, id)).toMatchObject([{ attempt: 1, outcome: 'completed' }]);
  }
}
/** One line when it began and one when it was over. */
export async function expectOneOutage(loop: Loop, consumer?: TestConsumer): Promise<void> {
  await loop.said('Redis is back');
  expect(loop.lines.filter(({ msg }) => /away|back|round|database/.test(String(msg)))).toMatchObject([
    { msg: 'Redis is away', err: expect.any(String) },
    { msg: 'Redis is back', seconds: expect.any(Number) },
  ]);
  if (!consumer) return;
  await consumer.logged('Redis answers again');
  expect(timesOf(consumer, /^Redis does not answer/)).toBe(1);
  expect(timesOf(consumer, /^Redis answers again/)).toBe(1);
}

export const publishes = (loop: Loop, id = 1): Promise<void> =>
  expect.poll(() => existsSync(resultOf(loop, id)), patient).toBe(true);

/** A consumer that waits for jobs until the test ends. */
export const aConsumer = (
  { address }: OwnRedis,
  loop: Loop,
  orca: string,
  changes: Parameters<typeof startConsumer>[3] = {},
): TestConsumer => startConsumer(address, loop, orca, { idleTimeoutSeconds: null, ...changes });

export function idsOfRun(loop: Loop): Promise<number[]> {
  return vi.waitFor(
    () => {
      const attemptDir = join(jobDirOf(loop), 'attempt-1');
      const run = readdirSync(attemptDir).find((name) => name.startsWith('run-')) ?? '';
      const ids = readFileSync(join(attemptDir, run, 'ids'), 'utf8')
        .trim()
        .split(' ')
        .map(Number);
      expect(ids).toHaveLength(2);
      return ids;
    },
    { timeout: 20_000, interval: 20 },
  );
}
