import { copyFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { useRedis } from '../support/use-redis.ts';
import { catchError } from '../workflow/expect-error.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { aDatabasePath, aWorkflow } from '../workflow/sample-workflow.ts';
import { aFilledLoop, begun, completedJobs, expectTwoLines, over, settled } from './filled-loop.ts';

vi.setConfig({ testTimeout: 90_000 });

const server = useRedis();

describe('a database that is replaced while it is open', () => {
  it('by a restored backup of the same campaign: the loop goes on with that, and what the backup misses comes again', async () => {
    const loop = await aFilledLoop(server.address, 2);
    const backup = `${loop.path}.backup`;
    copyFileSync(loop.path, backup);
    await loop.hand.end({ kind: 'completed' });
    await settled(loop);
    await expect.poll(() => completedJobs(loop)).toBe(0);
    renameSync(backup, loop.path);
    await loop.said(over);
    expectTwoLines(loop, /replaced by another file/);
    // In the backup the attempt is open: its job is put on the queue again, and its result is on disk.
    expect(listAttempts(loop.workflow, 1)).toMatchObject([{ settledAt: null }]);
    await expect
      .poll(() => loop.queue.getJob('c1-a1'), { timeout: 15_000, message: JSON.stringify(loop.lines) })
      .toBeTruthy();
    // Written by another connection, so it is in the file at the path.
    await loop.hand.end({ kind: 'completed' });
    await expect.poll(() => readStatus(loop.path, 2), { timeout: 20_000 }).toBe('completed');
  });

  it('and results that come in that moment are written to the file that is there, or stay in Redis', async () => {
    const loop = await aFilledLoop(server.address, 6);
    for (let round = 0; round < 6; round += 1) {
      copyFileSync(loop.path, `${loop.path}.copy`);
      const ending = loop.hand.end({ kind: 'completed' });
      renameSync(`${loop.path}.copy`, loop.path);
      await ending;
    }
    await expect
      .poll(() => readStatuses(loop.path).filter((status) => status === 'completed'), { timeout: 40_000 })
      .toHaveLength(6);
  });

  it('moved away: waits, says so, and goes on when it is back', async () => {
    const loop = await aFilledLoop(server.address, 1);
    const elsewhere = `${loop.path}.elsewhere`;
    renameSync(loop.path, elsewhere);
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    expect(existsSync(loop.path)).toBe(false);
    renameSync(elsewhere, loop.path);
    await settled(loop);
    await loop.said(over);
    expectTwoLines(loop, /moved or deleted/);
  });

  it('deleted: waits for a backup; nothing is written to the file that is gone', async () => {
    const loop = await aFilledLoop(server.address, 1);
    copyFileSync(loop.path, `${loop.path}.backup`);
    rmSync(loop.path);
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    renameSync(`${loop.path}.backup`, loop.path);
    await expect.poll(() => readStatus(loop.path, 1), { timeout: 40_000 }).toBe('completed');
  });

  it.each([
    ["another campaign's", (path: string) => renameSync(aCampaignDatabase(), path)],
    ['one that belongs to no campaign', (path: string) => renameSync(aForeignDatabase(), path)],
    [
      "another campaign's, copied into the same file",
      (path: string) => copyFileSync(aCampaignDatabase(), path),
    ],
  ])('by %s: the loop ends with a clear error and leaves that file alone', async (_, replace) => {
    const loop = await aFilledLoop(server.address, 1);
    replace(loop.path);
    const foreign = readFileSync(loop.path);
    await loop.hand.end({ kind: 'completed' });
    await expect(loop.ended).rejects.toMatchObject({
      code: 'DATABASE_REPLACED',
      hint: expect.stringContaining(loop.id),
    });
    expect(readFileSync(loop.path).equals(foreign)).toBe(true);
    expect(await completedJobs(loop)).toBe(1);
  });

  it('under a command of one shot: nothing is claimed, the error says so', () => {
    const workflow = aWorkflow(1);
    copyFileSync(workflow.path, `${workflow.path}.copy`);
    renameSync(`${workflow.path}.copy`, workflow.path);
    expect(catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 })).code).toBe('DATABASE_REPLACED');
    expect(readStatus(workflow.path, 1)).toBe('to_run');
  });

  it('between the commit and the answer: the caller does not take it for written', () => {
    const workflow = aWorkflow(1);
    copyFileSync(workflow.path, `${workflow.path}.copy`);
    workflow.db.function('replace_now', () => {
      renameSync(`${workflow.path}.copy`, workflow.path);
      return null;
    });
    workflow.db.exec(
      'create temp trigger in_the_middle after update on structures begin select replace_now(); end',
    );
    expect(catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 })).code).toBe('DATABASE_REPLACED');
    expect(readStatus(workflow.path, 1)).toBe('to_run');
  });
});

function readStatuses(path: string): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare('select status from structures order by id').pluck().all();
  } finally {
    db.close();
  }
}

const readStatus = (path: string, id: number): unknown => readStatuses(path)[id - 1];

function aCampaignDatabase(): string {
  const { path, close } = aWorkflow(1);
  close();
  return path;
}

function aForeignDatabase(): string {
  const path = aDatabasePath();
  createWorkflow(path);
  return path;
}
