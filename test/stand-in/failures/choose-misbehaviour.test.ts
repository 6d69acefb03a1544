import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { chooseMisbehaviour } from '../../../stand-in/failures/choose-misbehaviour.ts';
import { readEnvironment } from '../../../stand-in/input/read-environment.ts';
import { makeJobDirectory, runStandIn } from '../run-stand-in.ts';

/** A chooser with a plan of these rules. */
function withPlan(rules: unknown, fail = ''): (...names: string[]) => ReturnType<typeof chooseMisbehaviour> {
  const planFile = path.join(makeJobDirectory(), 'plan.json');
  writeFileSync(planFile, JSON.stringify(rules));
  const environment = readEnvironment({ OACT_STANDIN_PLAN: planFile, OACT_STANDIN_FAIL: fail });
  return (...names) => chooseMisbehaviour(environment, names, undefined);
}

test('a rule matches the working directory or a formula; the first one decides', () => {
  const choose = withPlan([
    { match: 'job_7/', fail: 'scf_not_converged' },
    { match: '^NpF3$', fail: 'hang', seconds: 9 },
    { match: 'job_', seconds: 3 },
  ]);
  expect(choose('/c/jobs/job_7/run-1', 'NpF3')).toEqual({ failure: 'scf_not_converged' });
  expect(choose('/c/jobs/job_70/run-1', 'F3Np', 'NpF3')).toEqual({ failure: 'hang', seconds: 9 });
  expect(choose('/c/jobs/job_70/run-1', 'UO2')).toEqual({ seconds: 3 });
  expect(choose('/c/elsewhere', 'UO2')).toEqual({});
});

test('`times` counts for each matched text apart', () => {
  const choose = withPlan([{ match: 'job_\\d+', fail: 'crash_module', times: 2 }]);
  const failures = ['job_1/a', 'job_1/b', 'job_2/a', 'job_1/c', 'job_2/b'].map(
    (name) => choose(name).failure,
  );
  expect(failures).toEqual(['crash_module', 'crash_module', 'crash_module', undefined, 'crash_module']);
});

test('OACT_STANDIN_FAIL holds where no rule matches', () => {
  const choose = withPlan([{ match: 'job_7', fail: 'hang' }], 'crlf');
  expect(choose('job_7')).toEqual({ failure: 'hang' });
  expect(choose('job_8')).toEqual({ failure: 'crlf' });
});

test.each([
  ['no list', {}, /a list is expected/],
  ['no match', [{ fail: 'hang' }], /"match" is missing/],
  ['an unknown failure', [{ match: '.', fail: 'bad_luck' }], /"bad_luck" is unknown; known: /],
])('a plan with %s is refused', (_, rules, words) => {
  expect(() => withPlan(rules)('job_1')).toThrow(words);
});

test('a job that fails once succeeds when it is run again', async () => {
  const planFile = path.join(makeJobDirectory(), 'plan.json');
  writeFileSync(planFile, '[{"match": "NpF3", "fail": "scf_not_converged", "times": 1}]');
  const env = { OACT_STANDIN_PLAN: planFile };
  const first = await runStandIn({ env });
  const second = await runStandIn({ env });
  expect(first.out).toContain('SCF NOT CONVERGED');
  expect(second.out).toContain('****ORCA TERMINATED NORMALLY****');
});
