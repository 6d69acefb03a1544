import { expect } from 'vitest';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { aHand, type Hand } from '../reconciler/finish-job.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { type Loop, startLoop } from './start-loop.ts';

export const begun = 'the database cannot be used: results wait on the queue and on disk';
export const over = 'the database can be used again';

/** A loop whose queue is filled, and a hand that answers its jobs. */
export async function aFilledLoop(
  address: RedisAddress,
  records: number,
  dir?: string,
  busySeconds?: number,
): Promise<Loop & { hand: Hand }> {
  const loop = await startLoop(address, {
    records,
    ...(dir !== undefined && { dir }),
    ...(busySeconds !== undefined && { busySeconds }),
  });
  await loop.said('jobs enqueued');
  return { ...loop, hand: aHand(address, loop.id, { jobRoot: loop.jobRoot }) };
}

const statusOf = (loop: Loop, id: number): unknown => readRow(loop.workflow, id)['status'];
export const completedJobs = (loop: Loop): Promise<number> => loop.queue.getCompletedCount();
export const settled = (loop: Loop, id = 1): Promise<unknown> =>
  expect.poll(() => statusOf(loop, id), { timeout: 40_000 }).toBe('completed');

/** Trouble was told once with what to do, and its end once with the time. */
export function expectTwoLines(loop: Loop, err: RegExp): void {
  const told = loop.lines.filter(({ msg }) => msg === begun || msg === over);
  expect(told).toMatchObject([
    { msg: begun, err: expect.stringMatching(err), hint: expect.any(String) },
    { msg: over, seconds: expect.any(Number) },
  ]);
  expect(loop.saidTimes(/round/)).toBe(0);
}
