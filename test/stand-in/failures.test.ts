import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { FailureCategory } from '../../stand-in/failures/failure-categories.ts';
import { type FinishedRun, runStandIn } from './run-stand-in.ts';
import { aGradientInput } from './sample-inputs.ts';

const taxonomySchema = z.array(z.object({ category: z.string(), regex: z.string(), flags: z.string() }));

const taxonomyFile = fileURLToPath(new URL('../../../shared/reference/orca-taxonomy.json', import.meta.url));
const hasTaxonomy = existsSync(taxonomyFile);

/** The first category whose rule matches; the rules are in order of priority. undefined without the reference file. */
function classify({ out, err }: FinishedRun): string | undefined {
  if (!hasTaxonomy) return undefined;
  const rules = taxonomySchema.parse(JSON.parse(readFileSync(taxonomyFile, 'utf8')));
  return rules.find(({ regex, flags }) => new RegExp(regex, flags).test(`${out}\n${err}`))?.category;
}

const fail = (category: FailureCategory, parts = {}): Promise<FinishedRun> =>
  runStandIn({
    input: aGradientInput({ words: 'Opt', processCount: 2, ...parts }),
    env: { OACT_STANDIN_FAIL: category },
  });

describe.concurrent('front-end failures end with 126 and without a footer', () => {
  test.each([
    'input_keyword',
    'input_basis',
    'input_multiplicity',
    'input_no_electrons',
    'input_geometry',
    'input_syntax',
  ] as const)('%s', async (category) => {
    const run = await fail(category);
    expect(run.code).toBe(126);
    expect(run.out).not.toContain('aborting the run\n');
    expect(run.out).toMatch(/\[file orca_/);
    expect(classify(run)).toBe(hasTaxonomy ? category : undefined);
  });
});

describe.concurrent('module failures end with 0 and the footer', () => {
  test.each([
    ['env_missing', 'Startup'],
    ['mpi_slots', 'Startup'],
    ['gbw_unusable', 'GUESS'],
    ['memory_maxcore', 'LEANSCF'],
    ['disk_full', 'LEANSCF'],
    ['memory_exhausted', 'LEANSCF'],
    ['interrupted', 'LEANSCF'],
    ['oom_killed', 'LEANSCF'],
    ['mpi_transport', 'LEANSCF'],
    ['linear_dependence', 'LEANSCF'],
    ['scf_not_converged', 'LEANSCF'],
    ['crash_module', 'LEANSCF'],
    ['opt_step_failed', 'GSTEP'],
  ] as const)('%s in %s', async (category, module) => {
    const run = await fail(category);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(
      new RegExp(
        `\\nORCA finished by error termination in ${module}\\nCalling Command: mpirun -np 2 .*_mpi .*\\n\\[file orca_tools/qcmsg\\.cpp, line 394\\]: \\n  \\.\\.\\.\\. aborting the run\\n\\n$`,
      ),
    );
    expect(run.out).not.toContain('ORCA TERMINATED NORMALLY');
    expect(classify(run)).toBe(hasTaxonomy ? category : undefined);
  });
});

test.skipIf(!hasTaxonomy)('the texts are those of the reference taxonomy', () => {
  expect(existsSync(taxonomyFile)).toBe(true);
});

describe.concurrent('runs that end normally and are no good', () => {
  test('opt_not_converged', async () => {
    const run = await fail('opt_not_converged');
    expect(run.out).toContain('The optimization did not converge but reached the maximum number of');
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****');
    expect(run.out).not.toMatch(/HURRAY|OPTIMIZATION RUN DONE/);
  });

  test('result_missing', async () => {
    const run = await fail('result_missing');
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****');
    expect(run.out).not.toContain('FINAL SINGLE POINT ENERGY');
    expect(() => run.read('orca.engrad')).toThrow('ENOENT');
  });

  test('zero_energy', async () => {
    const run = await fail('zero_energy');
    expect(run.out).toMatch(/^FINAL SINGLE POINT ENERGY +0\.000000000000$/m);
  });
});

describe.concurrent('runs that end in other ways', () => {
  test('killed_midrun stops in a row of the SCF table', async () => {
    const run = await fail('killed_midrun');
    expect(run.signal).toBe('SIGKILL');
    expect(run.out).toMatch(/\n +\d+ +-\d+\.\d+$/);
  });

  test('rc137_but_ok is a good run with a bad exit code', async () => {
    const run = await fail('rc137_but_ok');
    expect(run.code).toBe(137);
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****');
  });

  test('crlf has no bare line end', async () => {
    const run = await fail('crlf');
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****\r\n');
    expect(run.out).not.toMatch(/[^\r]\n/);
  });

  test('nonutf8 holds bytes that are no UTF-8', async () => {
    const run = await fail('nonutf8');
    expect(Buffer.from(run.out, 'latin1').toString('utf8')).toContain('�');
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****');
  });
});

test.concurrent('an SCF with too few iterations fails by itself', async () => {
  const run = await runStandIn({ input: aGradientInput({ blocks: '%scf MaxIter 5 end' }) });
  expect(run.out).toMatch(/SCF NOT CONVERGED AFTER +5 CYCLES/);
  expect(run.out).toContain('ORCA finished by error termination in LEANSCF');
});
