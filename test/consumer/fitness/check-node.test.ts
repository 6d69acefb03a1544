import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkDisks, checkNode, type NodeVerdict } from '../../../consumer/fitness/check-node.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { standInPath } from '../../support/run-oact.ts';
import { makeSmallDisk, mayMount } from '../../support/machine/small-disk.ts';
import { isAlive, programPath } from '../programs.ts';

const never = new AbortController().signal;

function makeDir(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
}

function writeProgram(text: string, mode = 0o755): string {
  const path = join(makeDir(), 'orca');
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

const check = (
  orcaPath: string,
  changes: { jobRoot?: string; orcaProbeMs?: number } = {},
): Promise<NodeVerdict> =>
  checkNode({ orcaPath, jobRoot: makeDir(), orcaProbeMs: 10_000, ...changes }, never);

describe('ORCA', () => {
  it('that asks for its argument is fit, and so is any program that merely ends', async () => {
    expect(await check(standInPath)).toEqual({ unfit: null, mayPass: false, warnings: [] });
    expect(await check(programPath('orca-failing'))).toEqual({ unfit: null, mayPass: false, warnings: [] });
  });

  it('that is not there, or may not be executed, is unfit', async () => {
    const missing = join(makeDir(), 'orca');
    expect((await check(missing)).unfit).toMatch(
      `ORCA (${missing}) does not start: it is not there (ENOENT)`,
    );
    expect((await check(writeProgram('#!/bin/sh\n', 0o644))).unfit).toContain('EACCES');
    expect((await check(makeDir())).unfit).toContain('EACCES');
    expect((await check(writeProgram('#!/nowhere/sh\n'))).unfit).toContain('ENOENT');
  });

  it('whose library is missing is unfit, in the words of the loader', async () => {
    const words = 'orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file';
    const program = writeProgram(`#!/bin/sh\necho '${words}' >&2\nexit 127\n`);
    expect((await check(program)).unfit).toMatch(`ORCA (${program}) does not start: ${words}. Check that`);
  });

  it('of another machine is unfit', async () => {
    // The head of a program for a big-endian PowerPC.
    const head = Buffer.from('7f454c4602020100000000000000000000020015000000010000000000000000', 'hex');
    const path = writeProgram('');
    writeFileSync(path, Buffer.concat([head, Buffer.alloc(4096, 7)]));
    expect((await check(path)).unfit).toContain(`ORCA (${path}) does not start`);
  });

  it('that dies of a signal of the processor is unfit', async () => {
    expect((await check(writeProgram('#!/bin/sh\nkill -ILL $$\n'))).unfit).toContain('SIGILL');
  });

  it('that does not end is a warning; it ran in an empty directory, and nothing of its session is left', async () => {
    const notes = makeDir();
    const program = writeProgram(
      `#!/bin/bash\nset -m\ntrap '' TERM\nsleep 600 &\nls -A >${notes}/files\necho "$$ $!" >${notes}/ids\nwait\n`,
    );
    const verdict = await check(program, { orcaProbeMs: 1500 });
    expect(verdict).toEqual({
      unfit: null,
      mayPass: false,
      warnings: [expect.stringContaining('did not end')],
    });
    const ids = readFileSync(join(notes, 'ids'), 'utf8').trim().split(' ').map(Number);
    expect(ids.filter(isAlive)).toEqual([]);
    expect(readFileSync(join(notes, 'files'), 'utf8')).toBe('');
  });

  it('that writes without end is stopped, and its words are not kept', async () => {
    const path = join(makeDir(), 'orca');
    symlinkSync(findOnPath('yes', process.env['PATH'] ?? '') ?? '', path);
    expect((await check(path, { orcaProbeMs: 1000 })).unfit).toBeNull();
  });

  it('is not waited for once the check is cut short', async () => {
    const cut = new AbortController();
    const program = writeProgram('#!/bin/sh\nsleep 600\n');
    const verdict = checkNode({ orcaPath: program, jobRoot: makeDir(), orcaProbeMs: 600_000 }, cut.signal);
    cut.abort();
    expect((await verdict).unfit).toBeNull();
  });
});

describe('a directory', () => {
  it('that can be written is fit, and nothing stays in it; one that is not there is made', async () => {
    const jobRoot = join(makeDir(), 'campaign', 'jobs');
    const scratch = makeDir();
    vi.stubEnv('TMPDIR', scratch);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await check(standInPath, { jobRoot })).toEqual({ unfit: null, mayPass: false, warnings: [] });
    expect(readdirSync(jobRoot)).toEqual([]);
    const left = readdirSync(scratch, { recursive: true, encoding: 'utf8' });
    expect(left.filter((name) => name.includes('probe'))).toEqual([]);
  });

  it('that is a file is unfit', async () => {
    const jobRoot = join(makeDir(), 'jobs');
    writeFileSync(jobRoot, '');
    expect((await check(standInPath, { jobRoot })).unfit).toContain(
      `the job root ${jobRoot} cannot be written`,
    );
  });

  it.skipIf(!mayMount)('that is full, or read-only, is unfit (needs the right to mount)', async () => {
    const disk = makeSmallDisk();
    const jobRoot = join(disk.path, 'jobs');
    mkdirSync(jobRoot);
    expect((await check(standInPath, { jobRoot })).unfit).toBeNull();
    await disk.fill();
    expect((await check(standInPath, { jobRoot })).unfit).toContain('no space left (ENOSPC)');
    expect(await checkDisks(jobRoot)).toContain('no space left (ENOSPC)');
    expect(readdirSync(jobRoot)).toEqual([]);
    disk.free();
    expect(await checkDisks(jobRoot)).toBeUndefined();
    disk.remount('ro');
    expect((await check(standInPath, { jobRoot })).unfit).toContain('read-only (EROFS)');
  });

  it.skipIf(!mayMount)('for scratch needs some space (needs the right to mount)', async () => {
    const disk = makeSmallDisk();
    const jobRoot = makeDir();
    vi.stubEnv('TMPDIR', disk.path);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { unfit } = await check(standInPath, { jobRoot });
    expect(unfit).toMatch(/the scratch directory \S+ has \d+ MB left\. .*TMPDIR/);
    await disk.fill();
    expect((await check(standInPath, { jobRoot })).unfit).toMatch(/the scratch directory .*ENOSPC/);
  });
});
