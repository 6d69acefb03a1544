import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { lookAtProcess, readOwnIdentity } from '../../../consumer/process/look-at-process.ts';
import { leaveScratch, makeRunScratch } from '../../../consumer/files/run-scratch.ts';
import { renderHomeName } from '../../../consumer/files/scratch-home.ts';
import { stopOrphans } from '../../../consumer/process/stop-orphans.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

const baseName = `oact-${process.getuid?.() ?? 0}`;
const own = renderHomeName(readOwnIdentity());
const log: Record<string, unknown>[] = [];
const logger = pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) });

let scratch: CampaignDir;
beforeEach(() => {
  log.length = 0;
  scratch = makeCampaignDir();
  vi.stubEnv('TMPDIR', scratch.dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  scratch.remove();
});

const baseDir = (): string => join(scratch.dir, baseName);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('the scratch of a run', () => {
  it('lies in the home of its process, for its user only, and goes with it', async () => {
    const dir = await makeRunScratch('c1-a1-1-abcdef12');
    expect(dir).toBe(join(baseDir(), own, 'c1-a1-1-abcdef12'));
    expect([baseDir(), join(baseDir(), own), dir].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
    // Something that survived is in it: it stays, for the next consumer to look at.
    await leaveScratch();
    expect(existsSync(dir)).toBe(true);
    rmdirSync(dir);
    await leaveScratch();
    expect(readdirSync(baseDir())).toEqual([]);
  });

  it('shuts a directory of ours that others could enter', async () => {
    mkdirSync(baseDir());
    chmodSync(baseDir(), 0o777);
    await makeRunScratch('run');
    expect(modeOf(baseDir())).toBe(0o700);
  });

  it('keeps away from a symbolic link that somebody has put in its place', async () => {
    const trap = join(scratch.dir, 'trap');
    mkdirSync(trap);
    symlinkSync(trap, baseDir());
    const dir = await makeRunScratch('run');
    expect(dir).toMatch(/\/oact-[A-Za-z0-9]{6}$/);
    expect(modeOf(dir)).toBe(0o700);
    expect(readdirSync(trap)).toEqual([]);
    await stopOrphans(logger);
    expect(log).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'keeps away from a directory that belongs to somebody else',
    async () => {
      mkdirSync(baseDir());
      chownSync(baseDir(), 65_534, 65_534);
      expect(await makeRunScratch('run')).toMatch(/\/oact-[A-Za-z0-9]{6}$/);
      expect(readdirSync(baseDir())).toEqual([]);
    },
  );
});

describe('a process', () => {
  it('is known by its start', () => {
    expect(lookAtProcess(process.pid)).toEqual({ kind: 'lives', start: readOwnIdentity().start });
  });

  it('that has ended is gone, also while nobody has waited for it', async () => {
    // The shell becomes a program that never waits for its child.
    const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    await expect.poll(() => lookAtProcess(pid), { timeout: 5000 }).toEqual({ kind: 'gone' });
  });
});
