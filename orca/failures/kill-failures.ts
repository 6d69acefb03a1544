// Failures by memory and by signals: what ORCA was refused, and what ended it from outside.
import type { KillClass } from '../../core/job/failure-class.ts';
import {
  again,
  fewerRanks,
  type FailureRow,
  type FailureSign,
  look,
  never,
  ofOrca,
  signsOf,
} from './failure-row.ts';

const memoryCure =
  'Give each job more memory: fewer and larger slots on a node (--cores-per-slot, or --slots), or large-memory nodes.';

const by = 'outside';

/** How long sentences are that launchers break: Open MPI 5 behind `exited on`, or wherever a node's name is long. */
const wrapped = 2;

/**
 * A rank that a signal ended, in the words of Open MPI, of Hydra (MPICH, Intel MPI), and of a shell, srun and Flux.
 * @param numbers of the signals
 * @param word the C library's name for the signal
 */
function signalSigns(numbers: string, word: string): FailureSign[] {
  const codes = numbers.split('|').map((number) => 128 + Number(number));
  return [
    {
      phrase: 'noticed that process rank',
      pattern: new RegExp(String.raw`exited\s+on\s+signal\s+(?:${numbers})\b`, 'i'),
      spans: wrapped,
    },
    { phrase: 'exited on signal ', pattern: new RegExp(String.raw`exited on signal (?:${numbers})\b`, 'i') },
    {
      phrase: 'killed by signal: ',
      pattern: new RegExp(String.raw`KILLED BY SIGNAL: (?:${numbers})\b`, 'i'),
    },
    {
      phrase: 'exit string: ',
      pattern: new RegExp(String.raw`EXIT STRING: .*\(signal (?:${numbers})\)`, 'i'),
    },
    // Hydra without the words, and Open MPI for a rank behind a shell: the signal is in the exit code.
    {
      phrase: 'exit code: ',
      pattern: new RegExp(String.raw`^=\s+EXIT CODE: (?:${numbers}|${codes.join('|')})\s*$`, 'i'),
    },
    {
      phrase: 'exit code: ',
      pattern: new RegExp(String.raw`^\s+Exit code:\s+(?:${codes.join('|')})\s*$`, 'i'),
    },
    {
      phrase: 'command terminated by signal ',
      pattern: new RegExp(String.raw`^Command terminated by signal (?:${numbers})$`),
      by,
    },
    { phrase: `zsh: ${word.toLowerCase()}`, pattern: new RegExp(`^zsh: ${word.toLowerCase()}\\s`), by },
    // bash: `job.sh: line 12: 31415 Killed    orca …`; whatever the script is called. By the last digit, since short phrases cost time.
    ...'0123456789'.split('').map(
      (digit) =>
        ({
          phrase: `${digit} ${word.toLowerCase()} `,
          pattern: new RegExp(String.raw`: line \d+:\s+\d+ ${word}\s`),
          by,
        }) as const,
    ),
    {
      phrase: 'srun: error: ',
      pattern: new RegExp(String.raw`^srun: error: \S+: tasks? [\d,\-\[\]]+: ${word}\b`),
      by,
    },
    {
      phrase: 'flux-job: task(s) ',
      pattern: new RegExp(String.raw`flux-job: task\(s\) .*${word}\b`, 'i'),
      by,
    },
  ];
}

export const killFailures: Readonly<Record<KillClass, FailureRow>> = {
  memory_maxcore: {
    ...ofOrca,
    words: 'the memory of a rank was too small',
    cure: memoryCure,
    command: again,
    retry: { times: 2, ladder: fewerRanks, waits: false },
    scope: 'step',
    signs: signsOf(
      'please increase maxcore',
      'with the present maxcore',
      'not enough memory available!',
      'not enough memory for a single',
      'not enough memory to treat a single',
      { phrase: 'insufficient memory', pattern: /Error .*insufficient memory/i },
      'error - out of memory !!!',
      { phrase: 'memavailable', pattern: /MemNeeded .* > MemAvailable/i },
    ),
  },
  memory_exhausted: {
    ...ofOrca,
    words: 'the memory was used up',
    cure: memoryCure,
    command: again,
    retry: { times: 2, ladder: fewerRanks, waits: false },
    scope: 'step',
    signs: signsOf(
      'std::bad_alloc',
      'cannot allocate memory',
      ...['could not allocate ', 'unable to allocate ', 'failed to allocate ', 'memory allocation fail'].map(
        (phrase) => ({
          phrase,
          pattern: /(?:could not|unable to|failed to) allocate\b.*\bmemory|memory allocation fail/i,
        }),
      ),
      'out of memory error',
      // Not the warning `Out of memory according to MaxCore limit`, after which ORCA continues.
      { phrase: 'out of memory', pattern: /Error .*out of memory(?! according)/i },
    ),
  },
  interrupted: {
    ...ofOrca,
    words: 'its run was interrupted',
    cure: 'If this happens repeatedly, the job may be longer than every allocation. Ask for a longer walltime, or set --time-request so that the job starts only where it fits.',
    command: again,
    retry: { times: 2, ladder: [{ restart: 'both' }], needsRun: true, waits: false },
    charged: false,
    leavesResult: false,
    isComparable: false,
    maySignalBeTheCause: true,
    scope: 'step',
    signs: signsOf(
      { phrase: 'cancelled at', pattern: /\*\*\* (?:JOB|STEP) \S+ (?:ON \S+ )?CANCELLED AT/i, by },
      { phrase: 'due to time limit', pattern: /(?:slurm|srun|CANCELLED).*DUE TO TIME LIMIT/i, by },
      { phrase: 'due to preemption', pattern: /(?:slurm|srun|CANCELLED).*DUE TO PREEMPTION/i, by },
      { phrase: 'due to node failure', pattern: /(?:slurm|srun|CANCELLED).*DUE TO NODE FAILURE/i, by },
      { phrase: 'node failure on', pattern: /^srun: error: Node failure on/i, by },
      { phrase: 'allocation has been revoked', by },
      { phrase: 'job step aborted', pattern: /srun: Job step aborted/i, by },
      { phrase: 'pbs: job killed: ', pattern: /job killed: (?:walltime|cput|node)\b/i, by },
      {
        phrase: 'timeout: sending signal ',
        pattern: /^timeout: sending signal (?:TERM|INT|KILL) to command/,
        by,
      },
      { phrase: 'resource allocation expired', pattern: /job\.exception|flux/i, by },
      {
        phrase: 'job.exception',
        pattern: /job\.exception\b.*\btype=(?:cancel|timeout|preempt|node-failure)/,
        by,
      },
      {
        phrase: ': job killed ',
        pattern:
          /^TERM_(?:RUNLIMIT|CPULIMIT|DEADLINE|PREEMPT|WINDOW|LOAD|OWNER|ADMIN|FORCE_\w+|REQUEUE_\w+|EXTERNAL_SIGNAL): job killed/,
        by,
      },
      ...signalSigns('15|2|12|10', 'Terminated'),
    ),
  },
  oom_killed: {
    ...ofOrca,
    words: 'the system killed it because of its memory use',
    cure: memoryCure,
    command: again,
    retry: { times: 2, ladder: fewerRanks, waits: false },
    scope: 'step',
    signs: signsOf(
      ...signalSigns('9', 'Killed'),
      // The kernel and the schedulers: the cause, whatever they or mpirun say of what followed.
      ...[
        { phrase: 'oom-kill:' },
        { phrase: 'oom-kill event' },
        { phrase: 'oom_kill event' },
        { phrase: 'oom kill event' },
        { phrase: 'oom killed', pattern: /have been OOM Killed/i },
        { phrase: 'out of memory: killed', pattern: /out of memory: Killed process/i },
        { phrase: 'out-of-memory handler', pattern: /killed by the cgroup out-of-memory handler/i },
        { phrase: ': out of memory', pattern: /^srun: error: \S+: tasks? [\d,[\]-]+: Out Of Memory/i },
        {
          phrase: 'memory limit',
          pattern:
            /(?:slurm|srun|step|job|cgroup).*exceeded (?:\w+ )?memory limit|cgroup mem\w* limit exceeded/i,
        },
        { phrase: 'cgroup mem limit exceeded' },
        { phrase: 'pbs: job killed: ', pattern: /job killed: v?mem / },
        { phrase: ': job killed ', pattern: /^TERM_(?:MEMLIMIT|SWAP): job killed/ },
      ].map((sign) => ({ ...sign, by, decisive: true }) as const),
    ),
  },
  too_many_procs: {
    ...ofOrca,
    words: 'it had more ranks than work for them',
    cure: 'Use fewer cores per slot for molecules this small (--cores-per-slot).',
    command: again,
    retry: { times: 2, ladder: fewerRanks, waits: false },
    scope: 'step',
    signs: signsOf({
      phrase: 'in parallel calculation exceeds number of pairs',
      pattern: /number of processes (?:\(\d+\) )?in parallel calculation exceeds number of pairs/i,
    }),
  },
  killed_midrun: {
    ...ofOrca,
    words: 'its output ends without an error message',
    cure: 'A signal or a user probably killed it. Look at the node and at the end of the output.',
    command: look,
    retry: { times: 1, ladder: [{ restart: 'both' }], waits: false },
    isSilent: true,
    maySignalBeTheCause: true,
    scope: 'step',
    signs: [],
  },
  /** Its own output, or its files, grew beyond the limits of the settings: the consumer stopped it. */
  output_too_large: {
    ...ofOrca,
    words: 'it wrote more than one run is allowed to write',
    cure: 'Look at what the output repeats. If a run really needs this much, raise job.outputLimitMb or job.runLimitMb in oact.yaml.',
    command: look,
    retry: never('the same run would write as much again'),
    scope: 'step',
    signs: [],
  },
  /**
   * Retried once, and only from where it stood: a user would do the same, the hours are not thrown away, and it costs one
   * more time limit at most. Without restart files it would spend the same hours for the same end.
   */
  timed_out: {
    ...ofOrca,
    words: 'the job reached its time limit',
    cure: 'Raise --job-timeout, with a walltime that is long enough, or give the job more cores.',
    command: again,
    retry: {
      times: 1,
      ladder: [{ restart: 'both' }],
      needsFile: /\.gbw$|_trj\.xyz$/,
      waits: false,
    },
    charged: false,
    scope: 'step',
    signs: [],
  },
};
