/** A line that gives a failure away. */
export interface FailureSign {
  /** Lower case text that the line must hold, letter case ignored. */
  readonly phrase: string;
  /** What the line must match besides, where the phrase alone would say too much. */
  readonly pattern?: RegExp;
  /** The words that name the culprit stand in the next line. */
  readonly namedInNextLine?: true;
}

export interface FailureRule {
  readonly class: string;
  /** Whether the same job may succeed on another try; a wrong input never does. */
  readonly retryable: boolean;
  /**
   * Where the signs count. `run`: anywhere in the last run, for what ORCA's front end says once before any
   * module starts. `step`: since the last start of the modules, so that an SCF that failed in cycle 3 and
   * was overcome does not explain a death in cycle 9.
   */
  readonly scope: 'run' | 'step';
  readonly signs: readonly FailureSign[];
}

function rule(
  name: string,
  retryable: boolean,
  scope: FailureRule['scope'],
  signs: readonly (string | FailureSign)[],
): FailureRule {
  const complete = signs.map((sign) => (typeof sign === 'string' ? { phrase: sign } : sign));
  return { class: name, retryable, scope, signs: complete };
}

/** Sources of Open MPI; their messages begin with `[node][[job,1],rank][btl_tcp.c:559:…]`. */
const transportSources = [
  'tcp.',
  'tcp_',
  'openib',
  'vader',
  'sm_c',
  'smcuda',
  'ofi_',
  'uct_',
  'usnic',
  'ugni',
  'portals',
];

/** How a shell begins its word on a program that a signal has ended. */
const shellPhrases = ['.sh: line ', 'script: line '];

/** In order of priority: the first class with a sign explains the failure. */
export const failureRules: readonly FailureRule[] = [
  rule('input_keyword', false, 'run', [
    { phrase: 'unrecognized or duplicated keyword', namedInNextLine: true },
  ]),
  rule('input_basis', false, 'run', [
    {
      phrase: 'basis functions on atom',
      pattern: /There are no (?:CABS|main|\w+)\s+basis functions on atom/i,
    },
    'there is no basis function on atom',
    'basis set was either not assigned or not available',
    'requested ecp not available',
    'basis not recognized',
  ]),
  rule('input_multiplicity', false, 'run', [
    {
      phrase: '-> impossible',
      pattern: /multiplicity \(\d+\) is (?:even|odd) and number of electrons \(\d+\) is (?:even|odd)/i,
    },
  ]),
  rule('input_no_electrons', false, 'run', ['number of electrons (nel) is zero']),
  rule('input_geometry', false, 'run', [
    'zero distance between atoms',
    'zero distance encountered between atoms',
  ]),
  rule('input_syntax', false, 'run', [
    "error: expect a '$'",
    'unknown identifier',
    'invalid assignment',
    "'end' was expected",
    '- check syntax!',
    // ORCA 4 writes `defintion`.
    'found a coordinate defin',
    'point charge expected in coords',
    'unrecognized symbol in',
    'xyz file reading requested',
    'non-ascii character',
    'skipping actual calculation',
    'cannot open input file',
    'cannot open file',
    { phrase: 'input error', namedInNextLine: true },
    // The checks of the input: what was wrong stands in the lines above.
    { phrase: '[file orca_main/', pattern: /^\[file orca_main\/main_?inp[^\]]*\]: *Error/i },
  ]),
  rule('env_missing', true, 'run', [
    'error while loading shared libraries',
    'unable to launch the specified application',
    { phrase: ': not found', pattern: /\b(?:mpirun|mpiexec|orca\w*): not found/i },
    { phrase: ': command not found', pattern: /\b(?:mpirun|mpiexec|orca\w*): command not found/i },
    { phrase: "' not found (required by", pattern: /version .* not found \(required by/ },
    'detected an attempt to run as root',
    'has to be called with full pathname',
    'failed to launch',
  ]),
  rule('mpi_slots', true, 'step', [
    'there are not enough slots available',
    'all nodes which are allocated for this job are already filled',
  ]),
  rule('disk_full', true, 'step', [
    // UCX says the same of its shared memory segments in runs that end well.
    { phrase: 'no space left on device', pattern: /^(?!.*UCX)/i },
    { phrase: 'disk quota exceeded', pattern: /^(?!.*UCX)/i },
    'not enough disk space',
  ]),
  rule('memory_maxcore', true, 'step', [
    'please increase maxcore',
    'with the present maxcore',
    'not enough memory available!',
    'not enough memory for a single',
    'not enough memory to treat a single',
    { phrase: 'insufficient memory', pattern: /Error .*insufficient memory/i },
    'error - out of memory !!!',
    { phrase: 'memavailable', pattern: /MemNeeded .* > MemAvailable/i },
  ]),
  rule('memory_exhausted', true, 'step', [
    'std::bad_alloc',
    'cannot allocate memory',
    'out of memory error',
    // Not the warning `Out of memory according to MaxCore limit`, after which ORCA goes on.
    { phrase: 'out of memory', pattern: /Error .*out of memory(?! according)/i },
  ]),
  rule('interrupted', true, 'step', [
    'due to time limit',
    'cancelled at',
    'due to preemption',
    'job step aborted',
    'pbs: job killed: walltime',
    'resource allocation expired',
    { phrase: 'job.exception', pattern: /job\.exception\b.*\btype=(?:cancel|timeout|preempt)/ },
    { phrase: 'exited on signal ', pattern: /exited on signal (?:15|2|12|10)\b/i },
    ...shellPhrases.map((phrase) => ({ phrase, pattern: /: line \d+: +\d+ Terminated\b/ })),
  ]),
  rule('oom_killed', true, 'step', [
    { phrase: 'exited on signal 9', pattern: /exited on signal 9\b/i },
    'oom-kill',
    'oom_kill',
    'oom kill',
    'out of memory: killed',
    'out-of-memory handler',
    { phrase: 'memory limit', pattern: /exceeded (?:\w+ )?memory limit/i },
    { phrase: 'pbs: job killed: ', pattern: /job killed: v?mem / },
    ...shellPhrases.map((phrase) => ({ phrase, pattern: /: line \d+: +\d+ Killed\b/ })),
  ]),
  rule('too_many_procs', true, 'step', [
    {
      phrase: 'in parallel calculation exceeds number of pairs',
      pattern: /number of processes (?:\(\d+\) )?in parallel calculation exceeds number of pairs/i,
    },
  ]),
  rule('mpi_transport', true, 'step', [
    ...transportSources.map((name) => ({ phrase: `btl_${name}`, pattern: /\[btl_\w+\.c:\d+/i })),
    'orte has lost communication',
    'prte has lost communication',
    { phrase: 'mpi_err_', pattern: /MPI_ERR_\w+/i },
    // Not what mpirun says of its own help texts when a rank has ended, on a busy machine.
    { phrase: 'orte_error_log', pattern: /ORTE_ERROR_LOG(?!.*\bshow_help\.c)/i },
    { phrase: 'prte_error_log', pattern: /PRTE_ERROR_LOG(?!.*\bshow_help\.c)/i },
  ]),
  rule('gbw_unusable', true, 'step', [
    'no orbitals found in the .gbw',
    'tbasislist: unable to read',
    'gbwfile is either corrupt',
    'input geometry does not match current geometry',
  ]),
  rule('opt_step_failed', true, 'step', ['lambda equations have not converged']),
  rule('scf_not_converged', true, 'step', [
    'scf not converged after',
    'the scf has not converged',
    'not fully converged!',
    'is not converged!',
    // Where TRAH does not take over, as in ORCA 4.
    'huge, unreliable step was about to be taken',
    { phrase: 'convergence failure', pattern: /\(ORCA_CASSCF\): *Convergence failure/i },
  ]),
  rule('linear_dependence', true, 'step', ['diagonalization fail']),
  rule('crash_module', true, 'step', [
    'orca finished by error termination in',
    'orca finished with error return',
    { phrase: 'exited on signal ', pattern: /exited on signal \d+/i },
    { phrase: '[file orca_', pattern: /^\[file [^\]]*\]: *Error/i },
    { phrase: '.cpp, line ', pattern: /^\[file [^\]]*\]: *Error/i },
    { phrase: 'aborting the run', pattern: /\.\.\. aborting the run/i },
    'segmentation fault',
    'floating point exception',
  ]),
];

/** Classes that follow from what is missing or contradictory, not from one line; whether to retry. */
export const verdictClasses = {
  /** Normal end at the cycle limit: worth going on from the last geometry. */
  opt_not_converged: true,
  /** Normal end without run time or a usable energy. */
  result_missing: true,
  /** Normal end, but not of what was asked, or with an energy that no molecule has. */
  suspicious_result: false,
  /** Normal end of a child run for the guess of one heavy atom: no job's result. */
  subjob: false,
  /** The output stops without any word. */
  killed_midrun: true,
  /** Another program's output. */
  not_orca: false,
} as const;

/** Its own output, or its files, grew beyond the limits of the settings: the consumer stopped it. */
export const outputTooLargeClass = 'output_too_large';

/** Classes that tell of the node, not of the job: a library or mpirun missing, a full disk. */
const nodeFaultClasses: ReadonlySet<string> = new Set(['env_missing', 'disk_full']);

export function isNodeFault(failureClass: string): boolean {
  return nodeFaultClasses.has(failureClass);
}

/** ORCA could not read the orbitals that it was given, which is not the record's fault. */
export function isRestartFailure(failureClass: string): boolean {
  return failureClass === 'gbw_unusable';
}

/** Classes that say only that ORCA stopped or left something out, as it does when what it wrote found no room. */
const silentClasses: ReadonlySet<string> = new Set(['crash_module', 'killed_midrun', 'result_missing']);

/** Classes of a run that was told to end by somebody else's signal. */
const signalledClasses: ReadonlySet<string> = new Set([...silentClasses, 'interrupted', 'mpi_transport']);

export function maySignalBeTheCause(failureClass: string): boolean {
  return signalledClasses.has(failureClass);
}

export function isSilentFailure(failureClass: string): boolean {
  return silentClasses.has(failureClass);
}
