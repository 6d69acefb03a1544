import type { RetryStep } from './retry-step.ts';

/** What follows a failure of one class. */
export interface RetryRow {
  /** The class in words. */
  readonly words: string;
  /** How often a record is tried again after it; 0: never. */
  readonly times: number;
  /** What the first, second… retry does otherwise; each rung adds to those before, the last one repeats. */
  readonly ladder: readonly RetryStep[];
  /** Why it is not tried again, for `times` 0. */
  readonly why?: string;
  /** No setting can change that: another try could only fail again. */
  readonly isFinal?: true;
  /** Only if the attempt left one of these files: without it, the same work would be done again from the start. */
  readonly needsFile?: RegExp;
  /** Only if ORCA ran: the class is also how a job ends that came back too often. */
  readonly needsRun?: true;
}

const asBefore: RetryStep = {};
const restartFile = /\.gbw$|_trj\.xyz$/;

const final = (words: string, why: string): RetryRow => ({ words, times: 0, ladder: [], why, isFinal: true });
const wrongInput = final('the input is wrong', 'the same input fails again');
const tooOften = 'it was started as often as job.crashLimit allows';

/** Each rank gets twice, then four times the memory. */
const fewerRanks: readonly RetryStep[] = [{ ranks: 0.5 }, { ranks: 0.25 }];

/**
 * Which failures are tried again, how often, and what is changed: the defaults of `retry` in `oact.yaml`. Method, basis,
 * charge and multiplicity never change. What is on by default changes the way to the result only: start, converger,
 * iterations, ranks. One step changes the result by itself and is therefore off: `SThresh`, which leaves out basis functions.
 */
export const retryTable: Readonly<Record<string, RetryRow>> = {
  // The node's or the moment's doing: the same again.
  mpi_transport: { words: 'the MPI ranks lost each other', times: 2, ladder: [asBefore] },
  mpi_slots: { words: 'mpirun found too few slots', times: 1, ladder: [asBefore] },
  disk_full: { words: 'the disk was full', times: 2, ladder: [asBefore] },
  result_missing: { words: 'ORCA ended without a result', times: 1, ladder: [asBefore] },
  killed_midrun: { words: 'the run was cut off', times: 1, ladder: [{ restart: 'both' }] },
  interrupted: { words: 'the run was interrupted', times: 2, ladder: [{ restart: 'both' }], needsRun: true },
  // A crash of a module may be chance; if it is not, the number of ranks is what most often causes it.
  crash_module: { words: 'a module of ORCA crashed', times: 2, ladder: [asBefore, { ranks: 0.5 }] },

  memory_maxcore: { words: 'the memory of a rank was too small', times: 2, ladder: fewerRanks },
  memory_exhausted: { words: 'the memory was used up', times: 2, ladder: fewerRanks },
  oom_killed: { words: 'the system killed it for its memory', times: 2, ladder: fewerRanks },
  too_many_procs: { words: 'there were more ranks than work for them', times: 2, ladder: fewerRanks },

  gbw_unusable: { words: 'its orbital file could not be used', times: 1, ladder: [{ restart: 'none' }] },
  /**
   * Mildest first. Orbitals are stored at every iteration, so the first retry goes on where the SCF stood. What did not
   * help twice from there begins afresh with KDIIS, which cured the existing campaign's long tail. Rungs 4 and 5 are
   * there for `times: 5`: they are slow.
   */
  scf_not_converged: {
    words: 'SCF did not converge',
    times: 3,
    ladder: [
      { restart: 'orbitals', scf: { MaxIter: 500 } },
      { words: ['SlowConv'] },
      { restart: 'none', words: ['KDIIS', 'NOSOSCF'] },
      { words: ['VerySlowConv'], scf: { DIISMaxEq: 15, DirectResetFreq: 5 } },
      { scf: { Shift: 'Shift 0.2 ErrOff 0.1 end' } },
    ],
  },
  linear_dependence: {
    words: 'the basis is linearly dependent',
    times: 0,
    ladder: [{ scf: { SThresh: '1e-6' } }],
    why: 'SThresh leaves out basis functions, which changes the result: retry.classes.linear_dependence.times switches it on',
  },
  opt_not_converged: {
    words: 'the optimization reached its cycle limit',
    times: 2,
    ladder: [{ restart: 'both' }],
  },
  // Mostly after a bad SCF: its orbitals are left behind.
  opt_step_failed: {
    words: 'no step of the optimization could be found',
    times: 1,
    ladder: [{ restart: 'geometry' }],
  },
  /**
   * Once, and only from where it stood: a person would do the same, the hours are not thrown away, and it costs one more
   * time limit at most. Without restart files it would spend the same hours for the same end.
   */
  timed_out: {
    words: 'the time limit was over',
    times: 1,
    ladder: [{ restart: 'both' }],
    needsFile: restartFile,
  },

  input_keyword: wrongInput,
  input_basis: wrongInput,
  input_multiplicity: wrongInput,
  input_no_electrons: wrongInput,
  input_geometry: wrongInput,
  input_syntax: wrongInput,
  input_structure: wrongInput,
  input_recipe: wrongInput,
  suspicious_result: final('the result is suspicious', 'a person must look at it'),
  subjob: final('it is the output of a child run', 'the same output would be read again'),
  not_orca: final('the output is not of ORCA', 'the program is the wrong one'),
  // The queue has started these jobs again and again by itself, on other nodes if there were any.
  lost: final('its nodes vanished', tooOften),
  fault: final('it met faults of the nodes', tooOften),
  env_missing: final('ORCA or a library was missing', 'the node must be put in order'),
  blocked: final('a marker blocks it', 'the marker says so'),
  result_lost: final('its result cannot be found or read', 'it may have been computed: oact recover looks'),
  payload_refused: final('its payload was refused', 'the queue and the consumers do not fit together'),
};
