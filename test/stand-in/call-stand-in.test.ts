import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { executable, makeJobDirectory, runStandIn } from './run-stand-in.ts';
import { aGradientInput } from './sample-inputs.ts';

describe('calls end as ORCA ends them', () => {
  test.each([
    ['no argument: usage', [executable], 1, /name of a parameter file/],
    ['a file that is not there', [executable, 'gone.inp'], 126, /^Cannot open input file: gone\.inp$/m],
    ['a flag, which is a file name', [executable, '--version'], 126, /^Cannot open input file: --version$/m],
  ])('%s', async (_, command, code, words) => {
    const run = await runStandIn({ command });
    expect(run.code).toBe(code);
    expect(run.out).toMatch(words);
  });

  test('an input error: 126, the reason in the output, the geometry file rewritten all the same', async () => {
    const run = await runStandIn({ input: aGradientInput({ state: '0 4' }) });
    expect(run.code).toBe(126);
    expect(run.out).toMatch(/-> impossible\n$/);
    expect(run.out).not.toContain('INPUT FILE');
    expect(run.read('orca.xyz')).toMatch(/^4\nCoordinates from ORCA-job orca\n/);
  });

  test('a parallel run needs the full path', async () => {
    const directory = makeJobDirectory();
    symlinkSync(executable, path.join(directory, 'orca'));
    const command = ['./orca', 'orca.inp'];
    const parallel = await runStandIn({ directory, command, input: aGradientInput({ processCount: 2 }) });
    expect(parallel.code).toBe(126);
    expect(parallel.out).toContain('For parallel runs ORCA has to be called with full pathname');
    const serial = await runStandIn({ directory, command, input: aGradientInput() });
    expect(serial.code).toBe(0);
  });

  test('a stand-in that was not built says so', async () => {
    const directory = makeJobDirectory();
    mkdirSync(path.join(directory, 'stand-in'));
    const copy = path.join(directory, 'stand-in', 'orca');
    copyFileSync(executable, copy);
    const run = await runStandIn({ directory, command: [copy, 'orca.inp'] });
    expect(run.code).toBe(127);
    expect(run.err).toMatch(/dist\/stand-in\/main\.js is missing: run 'npm run build'/);
  });

  test.each([
    ['OACT_STANDIN_FAIL', 'bad_luck', /"bad_luck" is unknown; known: input_keyword, /],
    ['OACT_STANDIN_SECONDS', 'soon', /soon is not a number or lo-hi/],
    ['OACT_STANDIN_PLAN', '/gone/plan.json', /OACT_STANDIN_PLAN=\/gone\/plan\.json: ENOENT/],
  ])('a wrong %s is named', async (name, value, words) => {
    const run = await runStandIn({ env: { [name]: value } });
    expect(run.code).toBe(2);
    expect(run.err).toMatch(words);
  });
});
