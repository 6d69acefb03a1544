/** Files of a job that mean harm: to the terminal that shows them, and to what lies outside of the job root. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

describe('hostile files in a job directory', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  let jobDir: string;
  const secret = 'the line of another file\n';
  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const run = ['run', '-C', dir, '--ids', '1', '--slots', '1', '--cores-per-slot', '1'];
    await oactSucceeds(run, { env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05' } });
    jobDir = join(dir, 'jobs', readdirSync(join(dir, 'jobs'))[0] ?? '');
    writeFileSync(join(home.dir, 'outside.txt'), secret);
  });
  afterAll(() => home.remove());

  const write = (content: string): void => {
    rmSync(join(jobDir, 'orca.out'), { force: true });
    writeFileSync(join(jobDir, 'orca.out'), content);
  };

  it.skipIf(!hasPrograms('script'))(
    'a terminal sees their control sequences and obeys none; a pipe gets the bytes',
    async () => {
      const clipboard = '\u001B]52;c;ZXZpbA==\u0007';
      write(`one\n${clipboard}two\n`);
      const oact = `${process.execPath} ${join(findPackageRoot(), 'bin', 'oact.js')}`;
      for (const command of ['cat 1', 'tail 1']) {
        const seen = execFileSync('script', ['-qec', `${oact} job ${command} -C ${dir}`, '/dev/null'], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        expect(seen).toContain('^[]52;c;ZXZpbA==^Gtwo');
        expect(seen).not.toContain('\u001B]52');
      }
      expect((await oactSucceeds(['job', 'cat', '-C', dir, '1'])).stdout).toContain(clipboard);
    },
  );

  it('cat, tail and judge follow no link out of the job root', async () => {
    rmSync(join(jobDir, 'orca.out'));
    symlinkSync(join(home.dir, 'outside.txt'), join(jobDir, 'orca.out'));
    for (const args of [
      ['job', 'cat', '1'],
      ['job', 'tail', '1'],
      ['judge', jobDir],
    ]) {
      const run = await runOact([...args, '-C', dir]);
      expect(run.stderr).toMatch(/JOB_DIRECTORY_OUTSIDE/);
      expect(run.stdout).not.toContain(secret.trim());
      expect(run.code).toBe(1);
    }
  });

  it('requeue moves nothing into a directory elsewhere', async () => {
    rmSync(join(jobDir, 'orca.out'));
    write('an output\n');
    rmSync(join(jobDir, 'attempt-1'), { recursive: true });
    mkdirSync(join(home.dir, 'elsewhere'));
    symlinkSync(join(home.dir, 'elsewhere'), join(jobDir, 'attempt-1'));
    const run = await runOact(['requeue', '-C', dir, '1', '--status', 'completed', '--yes', '--json']);
    expect(JSON.stringify(run)).toMatch(/unreachable/);
    expect(readdirSync(join(home.dir, 'elsewhere'))).toEqual([]);
    expect(readFileSync(join(jobDir, 'orca.out'), 'utf8')).toBe('an output\n');
  });
});
