import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { listOwnProcesses } from '../../../tools/chaos/list-processes.ts';
import type { Window } from './start-window.ts';

/**
 * What must be true when all is over: every record had one attempt that counts once, those with an even id failed, no two
 * runs shared a directory, and nothing that was started lives.
 * @param starts of ORCA in all
 */
export async function expectRight(window: Window, starts: number): Promise<void> {
  const rows = window.rows().map(({ id, status, failCount, attempts, openAttempts, failedAttempts }) => ({
    id,
    status,
    failCount,
    attempts,
    openAttempts,
    failedAttempts,
  }));
  const planned = rows.map(({ id }) => {
    const failed = id % 2 === 0 ? 1 : 0;
    const status = failed === 1 ? 'failed' : 'completed';
    return { id, status, failCount: failed, attempts: 1, openAttempts: 0, failedAttempts: failed };
  });
  expect(rows).toEqual(planned);
  expectPublished(window);
  const runs = window.runs();
  expect(runs.map(({ jobId }) => jobId)).toHaveLength(starts);
  expect(new Set(runs.map(({ runDir }) => runDir)).size).toBe(starts);
  expect(await jobsOnQueue(window)).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
  await expectNothingLeft(window);
}

/** Every record's directory holds its result and the files of the run that counts. */
function expectPublished(window: Window): void {
  for (const { jobDir, id, startedAt } of window.rows()) {
    const result: unknown = JSON.parse(readFileSync(join(jobDir ?? '', 'attempt-1', 'result.json'), 'utf8'));
    expect(result).toMatchObject({ recordId: id, attempt: 1, startedAt });
    expect(existsSync(join(jobDir ?? '', 'orca.out'))).toBe(true);
  }
}

/** Neither ORCA nor a guard nor oact itself. */
export async function expectNothingLeft(window: Window): Promise<void> {
  await expect.poll(() => listOwnProcesses(window.dir), { timeout: 15_000 }).toEqual([]);
}

/** What is on the queue, by state. */
export async function jobsOnQueue(window: Window): Promise<Record<string, number>> {
  const { client } = window;
  const [waiting, active, completed, failed] = await Promise.all([
    client.llen(window.key('wait')),
    client.llen(window.key('active')),
    client.zcard(window.key('completed')),
    client.zcard(window.key('failed')),
  ]);
  return { waiting, active, completed, failed };
}
