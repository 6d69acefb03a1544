import { describe, expect, it } from 'vitest';
import type { Remedy } from '../../../core/job/remedy.ts';
import type { FailedTry } from '../../../core/job/retry.ts';
import { decideRetry, type RetryLimits } from '../../../orca/retry/decide-retry.ts';
import { describeRemedies } from '../../../orca/retry/describe-remedies.ts';
import { failureClasses, isRetryable, rowOf } from '../../../orca/failures/catalogue.ts';
import { parseRetryPolicy, retryDefaults } from '../../../orca/retry/retry-policy.ts';

const limits: RetryLimits = {
  maxPerRecord: 10,
  maxFailCount: null,
  backoffFirstSeconds: 30,
  backoffLongestSeconds: 3600,
};
/** Of the quarter more or less: none. */
const even = 0.5;

/** What follows one failure after the other, in words; each attempt ran on 16 cores and left its orbitals. */
function follow(classes: string[], changes: Record<string, unknown> = {}, more: object = {}): string[] {
  const policy = parseRetryPolicy(changes);
  const tries: FailedTry[] = [];
  let remedies: Remedy[] = [];
  return classes.map((name, index) => {
    tries.push({
      attempt: index + 1,
      class: name,
      remedies,
      cores: 16,
      files: ['orca.gbw'],
      node: 'n1',
      ...more,
    });
    const decision = decideRetry(policy, limits, { tries, failCount: tries.length }, even);
    if (decision.kind === 'leave') return `no: ${decision.reason}`;
    remedies = decision.remedies;
    return describeRemedies(remedies);
  });
}

const times = (count: number, name: string): string[] => Array.from({ length: count }, () => name);
const again = 'the same again';

describe('the table of retries', () => {
  it('has a line for every class that a run can end with', () => {
    expect(failureClasses.filter((name) => !(name in retryDefaults))).toEqual([]);
    expect(failureClasses).toContain('timed_out');
  });

  it('retries nothing that the verdict calls hopeless, but what the node is to blame for', () => {
    const hopeless = failureClasses.filter((name) => !isRetryable(name));
    expect(hopeless).toContain('input_keyword');
    for (const name of hopeless) expect(retryDefaults[name]).toMatchObject({ times: 0, isFinal: true });
    expect(isRetryable('env_missing') && rowOf('env_missing').nodeFault).toBe(true);
  });

  it.each<[string, string[], string[]]>([
    [
      'a lost connection',
      times(3, 'mpi_transport'),
      [again, again, 'no: 2 retries after mpi_transport did not help'],
    ],
    [
      'too little memory',
      times(3, 'memory_maxcore'),
      ['half the ranks', 'a quarter of the ranks', 'no: 2 retries after memory_maxcore did not help'],
    ],
    [
      'no convergence',
      times(4, 'scf_not_converged'),
      [
        'from its orbitals, MaxIter 500',
        'from its orbitals, SlowConv, MaxIter 500',
        'SlowConv, KDIIS, NOSOSCF, MaxIter 500',
        'no: 3 retries after scf_not_converged did not help',
      ],
    ],
    [
      'the cycle limit',
      times(3, 'opt_not_converged'),
      [
        'from its last geometry and orbitals',
        'from its last geometry and orbitals',
        'no: 2 retries after opt_not_converged did not help',
      ],
    ],
    [
      'the time limit',
      times(2, 'timed_out'),
      ['from its last geometry and orbitals', 'no: 1 retry after timed_out did not help'],
    ],
    ['a crash', times(2, 'crash_module'), [again, 'half the ranks']],
    ['a wrong input', ['input_keyword'], ['no: the same input fails again']],
    ['a node that vanished often', ['lost'], ['no: it was started as often as job.crashLimit allows']],
    ['a class of another version', ['novel'], ['no: the class novel is never retried']],
    [
      'a step that changes the result',
      ['linear_dependence'],
      [`no: ${retryDefaults['linear_dependence']?.why}`],
    ],
  ])('%s', (_what, classes, expected) => {
    expect(follow(classes)).toEqual(expected);
  });

  it('adds up what different failures ask for, and counts each class for itself', () => {
    expect(
      follow(['memory_exhausted', 'scf_not_converged', 'mpi_transport', 'memory_exhausted', 'gbw_unusable']),
    ).toEqual([
      'half the ranks',
      'from its orbitals, MaxIter 500, half the ranks',
      'from its orbitals, MaxIter 500, half the ranks',
      'from its orbitals, MaxIter 500, a quarter of the ranks',
      'MaxIter 500, a quarter of the ranks',
    ]);
  });

  it('never names a method, a basis or an accuracy', () => {
    const steps = Object.values(retryDefaults).flatMap(({ ladder }) => ladder);
    const words = steps.flatMap(({ words: list = [] }) => list);
    expect(new Set(words)).toEqual(new Set(['SlowConv', 'KDIIS', 'NOSOSCF', 'VerySlowConv']));
  });
});

const failed = (name: string, more: Partial<FailedTry> = {}): FailedTry => ({
  attempt: 1,
  class: name,
  remedies: [],
  cores: 16,
  files: [],
  node: 'n1',
  ...more,
});

const decide = (last: FailedTry, changes: Partial<RetryLimits> = {}) =>
  decideRetry(retryDefaults, { ...limits, ...changes }, { tries: [last], failCount: 1 }, even);

describe('no retry', () => {
  it.each<[string, ReturnType<typeof decide>, RegExp]>([
    [
      'at the cap of failures',
      decide(failed('mpi_transport'), { maxFailCount: 1 }),
      /job\.maxFailCount is 1/,
    ],
    ['at the cap of retries', decide(failed('mpi_transport'), { maxPerRecord: 0 }), /retry\.maxPerRecord/],
    ['of a time limit without restart files', decide(failed('timed_out')), /no orbitals and no geometry/],
    ['of what was interrupted too often', decide(failed('interrupted', { cores: null })), /job\.crashLimit/],
    ['with fewer ranks than one', decide(failed('oom_killed', { cores: 1 })), /gives one rank/],
  ])('%s', (_what, decision, reason) => {
    expect(decision).toEqual({ kind: 'leave', reason: expect.stringMatching(reason) });
  });

  it('but below the caps there is one', () => {
    expect(decide(failed('mpi_transport'), { maxFailCount: 2, maxPerRecord: 1 })).toEqual({
      kind: 'retry',
      reason: 'its MPI ranks lost contact with each other',
      waitSeconds: 30,
      avoidNodes: ['n1'],
      remedies: [],
    });
  });
});

describe('retry.classes of oact.yaml', () => {
  it('changes how often, and the ladder', () => {
    const ladder = [
      { words: ['slowconv'], without: ['NoTRAH'] },
      { scf: { diismaxeq: 20 }, ranks: 0.75 },
    ];
    expect(follow(times(3, 'scf_not_converged'), { scf_not_converged: { ladder } })).toEqual([
      'SlowConv, without NoTRAH',
      'SlowConv, without NoTRAH, DIISMaxEq 20, 75 % of the ranks',
      'no: 2 retries after scf_not_converged did not help',
    ]);
    expect(follow(['timed_out'], { timed_out: { times: 0 } })).toEqual(['no: retry.classes says so']);
    expect(follow(['linear_dependence'], { linear_dependence: { times: 1 } })).toEqual(['SThresh 1e-6']);
    expect(follow(times(5, 'scf_not_converged'), { scf_not_converged: { times: 5 } })[4]).toBe(
      'KDIIS, NOSOSCF, VerySlowConv, MaxIter 500, DIISMaxEq 15, DirectResetFreq 5, Shift 0.2 ErrOff 0.1',
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['scf_not_convergd', {}, /no class that can be retried/],
    ['toString', {}, /no class that can be retried/],
    ['input_keyword', { times: 1 }, /never retried: the same input fails again/],
    ['scf_not_converged', { time: 1 }, /no setting 'time'.*Did you mean times\?/],
    ['scf_not_converged', { times: -1 }, /times/],
    ['scf_not_converged', { ladder: [] }, /ladder/],
    ['scf_not_converged', { ladder: [{ words: ['PBE0'] }] }, /may not touch 'PBE0'.*words: DIIS, KDIIS/s],
    ['scf_not_converged', { ladder: [{ words: ['LooseSCF'] }] }, /may not touch 'LooseSCF'/],
    ['scf_not_converged', { ladder: [{ scf: { Convergence: 'Loose' } }] }, /may not touch 'Convergence'/],
    ['scf_not_converged', { ladder: [{ scf: { MaxIter: '500 end' } }] }, /must be one value/],
    ['scf_not_converged', { ladder: [{ scf: { MaxIter: 'end' } }] }, /must be one value/],
    ['oom_killed', { ladder: [{ ranks: 0 }] }, /ranks/],
    ['timed_out', { ladder: [{ restart: 'all' }] }, /restart/],
  ])('%s: %j is refused', (name, value, message) => {
    expect(() => parseRetryPolicy({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(message),
        hint: expect.any(String),
      }),
    );
  });
});

const wait = (classes: readonly string[], changes: Partial<RetryLimits> = {}, chance = even) => {
  const tries = classes.map((name, index) =>
    failed(name, { attempt: index + 1, node: `n${index + 1}`, files: ['orca.gbw'] }),
  );
  const policy = parseRetryPolicy({ mpi_transport: { times: 12 } });
  const decision = decideRetry(
    policy,
    { ...limits, maxPerRecord: 20, ...changes },
    { tries, failCount: 1 },
    chance,
  );
  return decision.kind === 'retry' ? decision : expect.unreachable();
};

describe('waiting before a retry', () => {
  it.each(failureClasses.filter((name) => retryDefaults[name]?.times !== 0))('%s', (name) => {
    const { waitSeconds, avoidNodes } = wait([name]);
    const isTransient = ['mpi_slots', 'disk_full', 'node_trouble', 'mpi_transport'].includes(name);
    expect({ waitSeconds, avoidNodes }).toEqual(
      isTransient ? { waitSeconds: 30, avoidNodes: ['n1'] } : { waitSeconds: 0, avoidNodes: [] },
    );
  });

  it('doubles from failure to failure, up to the longest', () => {
    const waits = Array.from(
      { length: 9 },
      (_, index) => wait(times(index + 1, 'mpi_transport')).waitSeconds,
    );
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
  });

  it('counts the failures that wait, not the others between them', () => {
    const { waitSeconds, avoidNodes } = wait(['mpi_transport', 'scf_not_converged', 'mpi_transport']);
    expect({ waitSeconds, avoidNodes }).toEqual({ waitSeconds: 60, avoidNodes: ['n1', 'n3'] });
  });

  it('is a quarter shorter or longer by chance', () => {
    expect([0, 1].map((chance) => wait(['mpi_transport'], {}, chance).waitSeconds)).toEqual([22.5, 37.5]);
  });

  it('is switched off by 0', () => {
    expect(wait(['mpi_transport'], { backoffFirstSeconds: 0 }).waitSeconds).toBe(0);
  });
});
