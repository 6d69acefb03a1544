// Failures of the computation itself: what ORCA could not converge, crashed in, or ended without.
import type { RunClass } from '../../core/job/failure-class.ts';
import { again, asBefore, type FailureRow, look, never, ofOrca, signsOf } from './failure-row.ts';

export const runFailures: Readonly<Record<RunClass, FailureRow>> = {
  gbw_unusable: {
    ...ofOrca,
    words: 'its orbital file could not be used',
    cure: 'Requeue it; a run from scratch needs no orbitals.',
    command: again,
    retry: { times: 1, ladder: [{ restart: 'none' }], waits: false },
    scope: 'step',
    signs: signsOf(
      'no orbitals found in the .gbw',
      'tbasislist: unable to read',
      'gbwfile is either corrupt',
      'input geometry does not match current geometry',
    ),
  },
  no_barrier: {
    ...ofOrca,
    words: 'the path between the end points has no barrier',
    cure: 'Look at the path: it has no transition state to optimize.',
    command: look,
    retry: never('the same path would have no barrier again'),
    scope: 'step',
    signs: signsOf('no barrier was found', 'climbing image was never activated'),
  },
  /** Mostly after a bad SCF: its orbitals are left behind. */
  opt_step_failed: {
    ...ofOrca,
    words: 'the optimization could not find a step',
    cure: 'Look at the last geometries (orca_trj.xyz). A looser --opt-level or a better start geometry helps most often.',
    command: look,
    retry: { times: 1, ladder: [{ restart: 'geometry' }], waits: false },
    scope: 'step',
    signs: signsOf('lambda equations have not converged'),
  },
  /**
   * Mildest first. Orbitals are stored at every iteration, so the first retry resumes where the SCF stood. What did not
   * help twice from there begins afresh with KDIIS, which cured the existing campaign's long tail. Rungs 4 and 5 are
   * there for `times: 5`: they are slow.
   */
  scf_not_converged: {
    ...ofOrca,
    words: 'the SCF did not converge',
    cure: 'Check charge and multiplicity first. Then try a stronger converger (SlowConv, KDIIS), more iterations (--scf-maxiter), or other start orbitals.',
    command: look,
    retry: {
      times: 3,
      ladder: [
        { restart: 'orbitals', scf: { MaxIter: 500 } },
        { words: ['SlowConv'] },
        { restart: 'none', words: ['KDIIS', 'NOSOSCF'] },
        { words: ['VerySlowConv'], scf: { DIISMaxEq: 15, DirectResetFreq: 5 } },
        { scf: { Shift: 'Shift 0.2 ErrOff 0.1 end' } },
      ],
      waits: false,
    },
    scope: 'step',
    signs: signsOf(
      'scf not converged after',
      'the scf has not converged',
      'not fully converged!',
      'is not converged!',
      // Where TRAH does not take over, as in ORCA 4.
      'huge, unreliable step was about to be taken',
      { phrase: 'convergence failure', pattern: /\(ORCA_CASSCF\): *Convergence failure/i },
    ),
  },
  linear_dependence: {
    ...ofOrca,
    words: 'the basis is linearly dependent',
    cure: 'Use a less diffuse basis, or allow SThresh in retry.classes.linear_dependence, which changes the result.',
    command: null,
    retry: {
      times: 0,
      ladder: [{ scf: { SThresh: '1e-6' } }],
      why: 'SThresh removes basis functions, which changes the result; retry.classes.linear_dependence.times allows it',
      waits: false,
    },
    scope: 'step',
    signs: signsOf('diagonalization fail'),
  },
  /** A crash of a module may be chance; if it is not, the number of ranks is what most often causes it. */
  crash_module: {
    ...ofOrca,
    words: 'a module of ORCA crashed',
    cure: 'The end of the output names it. Fewer ranks or more memory help most often.',
    command: look,
    retry: { times: 2, ladder: [asBefore, { ranks: 0.5 }], waits: false },
    isSilent: true,
    maySignalBeTheCause: true,
    scope: 'step',
    signs: signsOf(
      'orca finished by error termination in',
      'orca finished with error return',
      { phrase: 'noticed that process rank', pattern: /exited\s+on\s+signal\s+\d+/i, spans: 2 },
      { phrase: 'exited on signal ', pattern: /exited on signal \d+/i },
      { phrase: 'killed by signal: ', pattern: /KILLED BY SIGNAL: \d+/i },
      { phrase: 'exit string: ', pattern: /EXIT STRING: .*\(signal \d+\)/i },
      { phrase: 'mpi_abort was', pattern: /MPI_ABORT was (?:invoked|called)/i },
      { phrase: '[file orca_', pattern: /^\[file [^\]]*\]: *Error/i },
      { phrase: '.cpp, line ', pattern: /^\[file [^\]]*\]: *Error/i },
      { phrase: 'aborting the run', pattern: /\.\.\. aborting the run/i },
      'segmentation fault',
      'floating point exception',
    ),
  },
  opt_not_converged: {
    ...ofOrca,
    words: 'the optimization reached its cycle limit',
    cure: 'Check that the structure does not fall apart, then requeue it; it resumes from its last geometry.',
    command: again,
    retry: { times: 2, ladder: [{ restart: 'both' }], waits: false },
    scope: 'step',
    signs: [],
  },
  result_missing: {
    ...ofOrca,
    words: 'ORCA ended without a result',
    cure: 'Look at the end of the output.',
    command: look,
    retry: { times: 1, ladder: [asBefore], waits: false },
    isSilent: true,
    maySignalBeTheCause: true,
    scope: 'step',
    signs: [],
  },
  /** A warning that `strict` of oact.yaml makes a failure. */
  doubtful_result: {
    ...ofOrca,
    words: 'its result is doubtful in a way that strict does not accept',
    cure: 'The reason names the doubt. Use another start, or remove the doubt from strict in oact.yaml, and requeue it.',
    command: look,
    retry: never('the same run gives the same doubt'),
    scope: 'step',
    signs: [],
  },
  suspicious_result: {
    ...ofOrca,
    words: 'its result cannot be right',
    cure: 'Look at the output and decide.',
    command: look,
    retry: never('you must look at the output'),
    scope: 'step',
    signs: [],
  },
  subjob: {
    ...ofOrca,
    words: 'its output is that of a child run',
    cure: 'Look at the job directory: the output of the job itself is missing.',
    command: null,
    retry: never('the same output would be read again'),
    scope: 'step',
    signs: [],
  },
  not_orca: {
    ...ofOrca,
    words: 'the program that ran was not ORCA',
    cure: 'Set --orca-path to the ORCA program. Other programs have that name, too.',
    command: null,
    retry: never('it is the wrong program'),
    scope: 'step',
    signs: [],
  },
};
