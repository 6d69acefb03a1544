import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { mountSmallDisk } from '../../tools/chaos/blows/small-disk.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { useRedis } from '../support/use-redis.ts';
import { catchError } from '../workflow/expect-error.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { aWorkflow, readRow } from '../workflow/sample-workflow.ts';
import { startProgram } from '../workflow/start-program.ts';
import { aFilledLoop, begun, completedJobs, expectTwoLines, over, settled } from './filled-loop.ts';

vi.setConfig({ testTimeout: 90_000 });

const server = useRedis();

const isRoot = process.geteuid?.() === 0;

describe('a database that is locked by another process', () => {
  it('for longer than the busy timeout: told once, nothing lost, settled when the lock is gone', async () => {
    const loop = await aFilledLoop(server.address, 2);
    const holder = startProgram('hold-lock.mjs', [loop.path, 'exclusive']);
    await holder.nextLine();
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    holder.proceed();
    await holder.ended();
    await settled(loop);
    await loop.said(over);
    expectTwoLines(loop, /keeps .* locked/);
    await expect.poll(() => completedJobs(loop)).toBe(0);
  });

  it('does not keep the loop from its stop signal for longer than one try', async () => {
    const loop = await aFilledLoop(server.address, 1, undefined, 1.5);
    const holder = startProgram('hold-lock.mjs', [loop.path, 'exclusive']);
    await holder.nextLine();
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    const stoppedAtMs = Date.now();
    loop.stop.abort();
    await loop.ended;
    // One last round of one try, 1.5 s here; the three of a one-shot command would take 5 s and more.
    expect(Date.now() - stoppedAtMs).toBeLessThan(4000);
  });
});

describe.skipIf(!isRoot)('a disk that is full at the commit', () => {
  it('rolls back, keeps the result in Redis and on disk, and settles when there is space', async () => {
    const dir = join(makeDir(), 'small');
    const disk = mountSmallDisk(dir, 10);
    if (!disk) return;
    onTestFinished(() => unmount(dir));
    const loop = await aFilledLoop(server.address, 2, dir);
    await disk.fill();
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    expect(listAttempts(loop.workflow, 1)).toMatchObject([{ settledAt: null }]);
    disk.free();
    await settled(loop);
    await loop.said(over);
    expectTwoLines(loop, /no space is left|cannot be opened/);
    expect(listAttempts(loop.workflow, 1)).toHaveLength(1);
  });

  it('makes enqueue claim nothing at all', async () => {
    const dir = join(makeDir(), 'small');
    const disk = mountSmallDisk(dir, 10);
    if (!disk) return;
    onTestFinished(() => unmount(dir));
    createWorkflow(join(dir, 'workflow.db'));
    const workflow = openWorkflow(join(dir, 'workflow.db'));
    onTestFinished(() => workflow.close());
    workflow.db.exec(`insert into structures (status, geometry) values ('to_run', 'H 0 0 0')`);
    await disk.fill();
    const error = catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 }));
    expect(['DISK_FULL', 'FILE_UNREADABLE']).toContain(error.code);
    expect(countByStatus(workflow)).toMatchObject({ to_run: 1, running: 0 });
    expect(listAttempts(workflow, 1)).toEqual([]);
  });
});

describe.skipIf(!isRoot)('a mount that becomes read-only', () => {
  it('is told once, and the loop goes on when it can write again', async () => {
    const dir = makeDir();
    const loop = await aFilledLoop(server.address, 2, dir);
    execFileSync('mount', ['--bind', dir, dir]);
    onTestFinished(() => unmount(dir));
    execFileSync('mount', ['-o', 'remount,ro,bind', dir]);
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    execFileSync('mount', ['-o', 'remount,rw,bind', dir]);
    await settled(loop);
    await loop.said(over);
    expectTwoLines(loop, /cannot be/);
  });

  it('at the start leaves the file as it is', () => {
    const dir = makeDir();
    createWorkflow(join(dir, 'workflow.db'));
    execFileSync('mount', ['--bind', dir, dir]);
    onTestFinished(() => unmount(dir));
    execFileSync('mount', ['-o', 'remount,ro,bind', dir]);
    const error = catchError(() => openWorkflow(join(dir, 'workflow.db')));
    expect(['DATABASE_READ_ONLY', 'FILE_UNREADABLE']).toContain(error.code);
    expect(error.hint).toContain('permission');
  });
});

describe('a corrupt database', () => {
  it('overwritten in the middle while it is open: nothing is removed from Redis, settled from the mended file', async () => {
    const loop = await aFilledLoop(server.address, 300);
    const good = readFileSync(loop.path);
    overwriteMiddle(loop.path, good.length);
    await loop.hand.end({ kind: 'completed' });
    await loop.said(begun);
    expect(await completedJobs(loop)).toBe(1);
    writeFileSync(`${loop.path}.good`, good);
    renameSync(`${loop.path}.good`, loop.path);
    await settled(loop);
    await loop.said(over);
    expectTwoLines(loop, /not a readable SQLite database|replaced/);
  });
});

/** Page 1 stays but for its change counter: what SQLite has read already it would not read again. */
function overwriteMiddle(path: string, size: number): void {
  const file = openSync(path, 'r+');
  const page = Buffer.alloc(4096, 0xff);
  for (let at = 4096 * 2; at + 4096 <= size; at += 4096) writeSync(file, page, 0, 4096, at);
  writeSync(file, Buffer.alloc(4, 0x7f), 0, 4, 24);
  closeSync(file);
}

describe('what a killed writer leaves', () => {
  it('a WAL with frames that are not in the file: every row is kept, and the file left in DELETE mode', async () => {
    const { path, close } = aWorkflow(3);
    close();
    await killAfter('leave-wal.mjs', path);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    const workflow = openWorkflow(path);
    onTestFinished(() => workflow.close());
    expect(readRow(workflow, 2)).toMatchObject({ error_message: 'committed in the WAL' });
    expect(workflow.db.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('a hot rollback journal: the half-written change is undone', async () => {
    const { path, close } = aWorkflow(2000);
    close();
    await killAfter('leave-journal.mjs', path);
    expect(statSync(`${path}-journal`).size).toBeGreaterThan(0);
    const workflow = openWorkflow(path);
    onTestFinished(() => workflow.close());
    expect(countByStatus(workflow)).toMatchObject({ to_run: 2000, failed: 0 });
    expect(workflow.db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(existsSync(`${path}-journal`)).toBe(false);
  });
});

/** Runs a program until it says that it is in the middle of its write, then kills it. */
async function killAfter(name: string, path: string): Promise<void> {
  const file = fileURLToPath(new URL(`../workflow/programs/${name}`, import.meta.url));
  const child = spawn(process.execPath, [file, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function unmount(dir: string): void {
  execFileSync('umount', ['-l', dir], { stdio: 'ignore' });
}

function makeDir(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const dir = join(campaign.dir, 'data');
  mkdirSync(dir);
  return dir;
}
