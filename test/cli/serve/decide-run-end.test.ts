import { expect, it } from 'vitest';
import { decideRunEnd, type RunFacts } from '../../../cli/serve/decide-run-end.ts';

const scf = { status: 'failed' as const, class: 'scf_not_converged', records: 5, examples: [3, 7] };
const limit = { status: 'timeout' as const, class: 'timed_out', records: 1, examples: [9] };
const facts = (changes: Partial<RunFacts>, counts: Partial<RunFacts['counts']> = {}): RunFacts => ({
  counts: { completed: 0, failed: 0, timedOut: 0, endings: [], ...counts },
  unfinished: 0,
  unclaimed: 0,
  leftOut: [],
  notSelected: 0,
  names: new Map(),
  ...changes,
});
const capped = { cause: 'fail_cap' as const, records: 12, examples: [4, 5], reason: 'it has failed 3 times' };

it.each<[string, RunFacts, number, RegExp[], RegExp]>([
  [
    'all completed',
    facts({}, { completed: 12 }),
    0,
    [/^12 completed, 0 failed, 0 timed out$/m],
    /^oact export/,
  ],
  [
    'completed, but others were left out',
    facts({ leftOut: [capped] }, { completed: 2 }),
    0,
    [/^left out: 12 failed as often as job.maxFailCount allows: 4, 5, …\. .*--reset-fail-count/m],
    /^oact export/,
  ],
  ['nothing at all', facts({}), 3, [/^nothing to do/], /^oact status$/],
  [
    'all left out',
    facts({ leftOut: [capped] }),
    3,
    [/nothing to do/, /left out: 12/],
    /^oact job explain 4$/,
  ],
  [
    'others not selected',
    facts({ notSelected: 48 }, { completed: 12 }),
    0,
    [/^48 other records wait/m],
    /export/,
  ],
  [
    'failures',
    facts({}, { completed: 6, failed: 5, timedOut: 1, endings: [scf, limit] }),
    4,
    [
      /^6 completed, 5 failed, 1 timed out$/m,
      /^ {2}5 scf_not_converged: 3, 7, …, because/m,
      /^ {2}1 timed_out: 9, because/m,
      /^look first at record 3, scf_not_converged: /m,
    ],
    /^oact job explain 3$/,
  ],
  [
    'failures of named records',
    facts({ names: new Map([[3, 'UCl4-7']]) }, { failed: 5, endings: [scf] }),
    4,
    [
      /^ {2}5 scf_not_converged: 3 \(UCl4-7\), 7, …, because/m,
      /^look first at record 3 \(UCl4-7\), scf_not_converged: /m,
    ],
    /^oact job explain 3$/,
  ],
  ['only a time limit', facts({}, { timedOut: 1, endings: [limit] }), 4, [/timed_out: 9/], /explain 9/],
  [
    'stopped with claims',
    facts({ unfinished: 3 }, { completed: 1 }),
    75,
    [/^stopped with work left: 3 claimed but not finished\. 'oact run' resumes them\.$/m],
    /^oact run$/,
  ],
  ['stopped before all were claimed', facts({ unclaimed: 9 }), 75, [/9 not started/], /^oact run$/],
  [
    'stopped with failures: what is left comes first',
    facts({ unfinished: 1 }, { failed: 5, endings: [scf] }),
    75,
    [/5 scf_not_converged/],
    /^oact run$/,
  ],
])('%s', (_, given, exitCode, lines, next) => {
  const end = decideRunEnd(given);
  expect(end.exitCode).toBe(exitCode);
  for (const line of lines) expect(end.lines.join('\n')).toMatch(line);
  expect(end.next[0]).toMatch(next);
});

it('lets a time limit run again by status, because it has no class', () => {
  const { next } = decideRunEnd(facts({}, { timedOut: 1, endings: [limit] }));
  expect(next[1]).toContain('oact requeue --status timeout --dry-run');
});
