import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { copyOut, copyOutDuring } from '../../../consumer/files/copy-out.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

const silent = pino({ enabled: false });
let workDir: string;
let runDir: string;

beforeEach(() => {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  workDir = join(home.dir, 'work');
  runDir = join(home.dir, 'run');
  mkdirSync(workDir);
  mkdirSync(runDir);
});

const put = (dir: string, ...names: string[]): void => {
  for (const name of names) writeFileSync(join(dir, name), name);
};
const namesIn = (dir: string): string[] => readdirSync(dir).toSorted();

/** The header of a gbw file that has orbitals and is whole. */
function aGbw(): Buffer {
  const file = Buffer.alloc(100);
  [40, 50, 60, 70, 0].forEach((offset, index) => file.writeBigInt64LE(BigInt(offset), index * 8));
  return file;
}

describe('copyOut', () => {
  it('takes what another run can go on from, and nothing else', async () => {
    put(workDir, 'orca.xyz', 'orca.opt', 'orca_trj.xyz', 'orca.tmp', 'orca.inp', 'notes.txt');
    await copyOut(workDir, runDir, 'restart');
    expect(namesIn(runDir)).toEqual(['orca.opt', 'orca.xyz', 'orca_trj.xyz']);
  });

  it('takes everything but scratch and our own input at the end, and no directories or pipes', async () => {
    put(workDir, 'orca.xyz', 'orca.tmp', 'orca.inp', 'notes.txt');
    mkdirSync(join(workDir, 'orca.opt'));
    execFileSync('mkfifo', [join(workDir, 'orca_trj.xyz')]);
    await copyOut(workDir, runDir, 'all');
    expect(namesIn(runDir)).toEqual(['notes.txt', 'orca.xyz']);
  });

  it('keeps the good orbitals of before when the new ones were caught in the middle of a change', async () => {
    writeFileSync(join(runDir, 'orca.gbw'), aGbw());
    writeFileSync(join(workDir, 'orca.gbw'), aGbw().subarray(0, 65));
    await copyOut(workDir, runDir, 'restart');
    expect(readFileSync(join(runDir, 'orca.gbw'))).toEqual(aGbw());
    expect(namesIn(runDir)).toEqual(['orca.gbw']);
  });
});

describe('copyOutDuring', () => {
  it('copies while the run goes on, and ends with it', async () => {
    put(workDir, 'orca.xyz');
    const ended = await copyOutDuring({ workDir, runDir, everySeconds: 0.01 }, silent, async () => {
      await expect.poll(() => namesIn(runDir), { timeout: 5000 }).toContain('orca.xyz');
      return 'done';
    });
    expect(ended).toBe('done');
  });

  it('hands on the failure of the run', async () => {
    const run = copyOutDuring({ workDir, runDir, everySeconds: 1 }, silent, () =>
      Promise.reject(new Error('it died')),
    );
    await expect(run).rejects.toThrow('it died');
  });
});
