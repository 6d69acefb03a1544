import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findErrors, findOutput } from '../../cli/job/files/find-output.ts';
import { converged, endMarker, footer, head, modules } from '../orca/an-output.ts';
import { runOact } from '../support/run-oact.ts';

const good = `${[...head(undefined, ['! EnGrad']), modules(), ...converged, ...endMarker].join('\n')}\n`;
const bad = `${[...head(), modules(), 'write error: No space left on device', ...footer].join('\n')}\n`;

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'oact-judge-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, content: string | Buffer = good, ageSeconds = 0): string {
  const place = join(dir, path);
  mkdirSync(join(place, '..'), { recursive: true });
  writeFileSync(place, content);
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(place, time, time);
  return place;
}

describe('oact judge', { timeout: 60_000 }, () => {
  test('says in one line each how runs ended, without a campaign', async () => {
    const run = await runOact(['judge', write('good.out'), write('bad.out', bad)], { cwd: dir });
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    expect(run.stdout.split('\n')).toEqual([
      expect.stringMatching(/^completed {2}\S+good\.out {2}grad {2}-814\.123456789012 Eh {2}17 SCF cycles/),
      expect.stringMatching(/^failed {5}\S+bad\.out {2}disk_full {2}write error: No space left on device$/),
      '',
    ]);
  });

  test('names what it cannot read, judges the rest, and ends with 1', async () => {
    const missing = join(dir, 'missing.out');
    mkdirSync(join(dir, 'empty-directory'));
    const run = await runOact(['judge', '--json', missing, write('rest.out'), join(dir, 'empty-directory')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`${missing} does not exist`);
    expect(run.stderr).toContain('has no output of ORCA');
    expect(JSON.parse(run.stdout)).toMatchObject([{ file: join(dir, 'rest.out'), outcome: 'completed' }]);
  });

  test('reads compressed outputs, and what is left of a cut one', async () => {
    const noise = `${randomBytes(50_000).toString('hex')}\n`;
    const long = gzipSync(good.replace('FINAL', `${noise}FINAL`));
    const paths = [write('whole.out.gz', long), write('cut.out.gz', long.subarray(0, long.length / 2))];
    const run = await runOact(['judge', '--json', ...paths]);
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject([
      { outcome: 'completed' },
      { outcome: 'failed', class: 'killed_midrun', version: '6.1.0' },
    ]);
  });

  test('takes stderr beside the output for evidence', async () => {
    const output = write('job/slurm.out', `${[...head(), modules()].join('\n')}\n`);
    write('job/slurm.err', 'slurmstepd: error: *** JOB 1 ON n1 CANCELLED AT 2026 DUE TO TIME LIMIT ***\n');
    const run = await runOact(['judge', '--json', join(dir, 'job')]);
    expect(JSON.parse(run.stdout)).toMatchObject([{ file: output, class: 'interrupted', retryable: true }]);
  });

  test('without a path is a usage error', async () => {
    expect((await runOact(['judge'])).code).toBe(2);
  });
});

describe('of a job directory', () => {
  test('the output is found as the existing system finds it', () => {
    const older = write('one/flux-1.out', '', 20);
    expect(findOutput(join(dir, 'one'))).toBe(older);
    write('one/orca_atom92.out', '', 0);
    write('one/job_atom92.out', '', 0);
    expect(findOutput(join(dir, 'one'))).toBe(older);
    const newer = write('one/slurm.out', '', 10);
    expect(findOutput(join(dir, 'one'))).toBe(newer);
    const exact = write('one/orca.out', '', 30);
    expect(findOutput(join(dir, 'one'))).toBe(exact);
    const logs = write('one/logs', '', 40);
    expect(findOutput(join(dir, 'one'))).toBe(logs);
  });

  test('ours is found behind its link, or in the newest attempt', () => {
    write('two/attempt-1/orca.out', '', 30);
    const run = write('two/attempt-2/run-1-1f0c9a2e/orca.out', '', 20);
    const later = write('two/attempt-2/run-2-1f0c9a2e/orca.out', '', 10);
    expect(findOutput(join(dir, 'two'))).toBe(later);
    symlinkSync(run, join(dir, 'two', 'orca.out'));
    expect(findOutput(join(dir, 'two'))).toBe(join(dir, 'two', 'orca.out'));
    rmSync(run);
    expect(findOutput(join(dir, 'two'))).toBe(later);
  });

  test('a directory named like an output is none', () => {
    mkdirSync(join(dir, 'three', 'logs'), { recursive: true });
    const output = write('three/orca.out');
    expect(findOutput(join(dir, 'three'))).toBe(output);
  });

  test('stderr has the same name', () => {
    const output = write('four/orca.out');
    expect(findErrors(output)).toBeUndefined();
    const errors = write('four/orca.err', '');
    expect(findErrors(output)).toBe(errors);
    expect(findErrors(write('four/logs'))).toBeUndefined();
  });
});
