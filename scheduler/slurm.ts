/** Slurm, from 20.11 on. Recorded answers of 22.05 and 24.11 are in `test/fixtures/schedulers`. */
import type { RefusalKind, SeenAllocation } from './allocations/seen-allocation.ts';
import { formatClock, parseClock } from './clock.ts';
import type { Filling, Scheduler, ScriptValues } from './scheduler.ts';
import { listVariables, optional, submitOption, withMore } from './script/fill-lines.ts';

export const slurm: Scheduler = {
  title: 'Slurm',
  /** Several emulated nodes share one host name, so Slurm's own node name comes first. */
  detect(env) {
    const allocationId = env['SLURM_JOB_ID'];
    if (allocationId === undefined) return null;
    const epoch = Number(env['SLURM_JOB_END_TIME']);
    const nodeCount = Number(env['SLURM_JOB_NUM_NODES']);
    return {
      allocationId,
      node: env['SLURMD_NODENAME'] ?? null,
      // Slurm before 23 does not say.
      endsAt: Number.isFinite(epoch) && epoch > 0 ? new Date(epoch * 1000) : null,
      // Unset at the first start.
      restartCount: Number(env['SLURM_RESTART_COUNT'] ?? 0) || 0,
      nodeCount: Number.isInteger(nodeCount) && nodeCount > 0 ? nodeCount : 1,
    };
  },
  variables: ['SLURM_CONF', 'SLURM_CONF_SERVER', 'SLURM_JWT'],
  askTimeLeft: (allocationId) => ({
    command: ['squeue', '--noheader', '--jobs', allocationId, '--format', '%A|%L|%e'],
    read: (text, now) => parseSqueue(text, allocationId, now),
  }),
  // At the end of the walltime, on scancel and on preemption: KillWait, 30 s unless the site says otherwise.
  lastSignals: { names: ['SIGTERM', 'SIGALRM'], seconds: 8 },
  submitCommand: ['sbatch'],
  allocations: {
    submit: (script, name) => ['sbatch', '--parsable', `--job-name=${name}`, script],
    // `4711`, or `4711;cluster`.
    readSubmitted: (stdout) => /^(\d+)(?:;\S*)?$/m.exec(stdout.trim())?.[1],
    readRefusal: (words): RefusalKind => {
      if (
        /unable to contact|configuration source|socket timed out|connection (?:refused|timed out)|unreachable|zero bytes/i.test(
          words,
        )
      )
        return 'unreachable';
      return /submit limit|max\w*(?:submit|jobs)|job count limit|temporarily unable to accept/i.test(words)
        ? 'limit'
        : 'refused';
    },
    list: (user) => ({
      command: ['squeue', '--noheader', `--user=${user}`, '--states=all', `--format=${squeueFields}`],
      read: parseSqueueList,
    }),
    askEnding: (allocationId) => ({
      command: [
        'sacct',
        '-n',
        '-P',
        '-X',
        '-j',
        allocationId,
        '-o',
        'JobIDRaw,JobName,State,NNodes,Submit,Start,End,WorkDir',
      ],
      read: (text) => parseSacct(text, allocationId),
    }),
    cancel: (allocationId) => ['scancel', allocationId],
  },
  successors: {
    askShape: (id) => ({
      command: ['squeue', '--noheader', '--jobs', id, '--format', '%D|%l|%P|%a|%q'],
      read: (text) => {
        const [nodes, limit, partition, account, qos, ...more] = text.trim().split('|');
        if (qos === undefined || more.length > 0) return undefined;
        return [
          ...submitOption('--nodes', nodes),
          ...submitOption('--time', limit === 'NOT_SET' ? undefined : limit),
          ...submitOption('--partition', partition),
          ...submitOption('--account', account),
          ...submitOption('--qos', qos),
        ];
      },
    }),
    submit: ({ after, shape, script, args }) => [
      'sbatch',
      '--parsable',
      `--dependency=afterany:${after}`,
      ...shape,
      script,
      ...args,
    ],
    passArgs: null,
    // `4711`, or `4711;cluster`.
    readId: (stdout) => /^(\d+)(?:;\S*)?$/m.exec(stdout.trim())?.[1],
    cancel: (id) => ['scancel', id],
  },
  probe: {
    program: 'sbatch',
    command: ['sinfo', '--noheader', '--format', '%R'],
    describe: (words) => `partitions ${words.slice(0, 6).join(', ')}${words.length > 6 ? ', …' : ''}`.trim(),
  },
  script: {
    formatWalltime(seconds) {
      if (seconds === Infinity) return 'UNLIMITED';
      const days = Math.floor(seconds / 86_400);
      return days === 0 ? formatClock(seconds) : `${days}-${formatClock(seconds % 86_400)}`;
    },
    /** Features are combined with `&` and `|`. */
    constraint: /^[\w[(][\w.&|*()[\],:!=-]*$/,
    hasUnlimited: true,
    hasQos: true,
    needsCoresPerNode: false,
    fill,
  },
};

/** `%L` counts whole minutes of the limit; further apart, the time zones differ. */
const sameEndSeconds = 120;

/**
 * `squeue -h -j ID -o '%A|%L|%e'`: lines of `4711|1-02:03:04|2026-11-23T12:00:00`. The last element of an array has the id of
 * the array, which brings the lines of the others. The end is exact, but in the controller's time zone; the time left is not.
 */
export function parseSqueue(text: string, jobId: string, now: Date): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${jobId}|`));
  const [, left = '', end = ''] = line?.trim().split('|') ?? [];
  if (left === 'UNLIMITED') return Infinity;
  const byLimit = parseClock(left);
  const byEnd = (Date.parse(end) - now.getTime()) / 1000;
  const isSame = byLimit !== undefined && Math.abs(byEnd - byLimit) <= sameEndSeconds;
  return isSame ? Math.max(0, Math.min(byEnd, byLimit)) : byLimit;
}

/** The reason and the directory, which may hold anything, come last. */
const squeueFields = '%A|%T|%D|%V|%S|%e|%j|%r|%Z';

const waitingStates = new Set([
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_HOLD',
  'REQUEUE_FED',
  'SPECIAL_EXIT',
]);
const runningStates = new Set(['RUNNING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'RESIZING', 'STAGE_OUT']);

const stateOf = (state: string): SeenAllocation['state'] =>
  waitingStates.has(state) ? 'pending' : runningStates.has(state) ? 'running' : 'ended';

/** Times of squeue and sacct are local, without a zone: oact and Slurm are asked in the same one. */
function timeOf(text: string | undefined): Date | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

/** `squeue --format=%A|%T|%D|%V|%S|%e|%j|%r|%Z`: one line per allocation. A line of another shape is no allocation. */
function parseSqueueList(text: string): SeenAllocation[] {
  return text.split('\n').flatMap((line) => {
    const [id = '', state = '', nodes, submitted, start, end, name = '', reason = '', ...directory] = line
      .trim()
      .split('|');
    if (!/^\d+$/.test(id) || directory.length === 0) return [];
    const isEnded = stateOf(state) === 'ended';
    return [
      {
        allocationId: id,
        name,
        state: stateOf(state),
        nodes: Number(nodes) || null,
        submittedAt: timeOf(submitted),
        startsAt: timeOf(start),
        endsAt: timeOf(end),
        words: isEnded || reason === 'None' || reason === '' ? (isEnded ? state : null) : reason,
        directory: directory.join('|'),
      },
    ];
  });
}

/** `sacct -n -P -X -o JobIDRaw,JobName,State,NNodes,Submit,Start,End,WorkDir`; undefined where it has no such line. */
function parseSacct(text: string, allocationId: string): SeenAllocation | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${allocationId}|`));
  if (line === undefined) return undefined;
  const [, name = '', state = '', nodes, submitted, start, end, ...directory] = line.trim().split('|');
  // `CANCELLED by 1000`
  const [word = ''] = state.split(' ');
  return {
    allocationId,
    name,
    state: stateOf(word),
    nodes: Number(nodes) || null,
    submittedAt: timeOf(submitted),
    startsAt: timeOf(start),
    endsAt: timeOf(end),
    words: state,
    directory: directory.join('|') || null,
  };
}

function fill(values: ScriptValues): Filling[] {
  const { nodes, walltimeSeconds, environment, cores, memoryMb } = values;
  const shared: Filling[] =
    cores === null
      ? []
      : [
          [
            '# Whole nodes with all their memory, one process on each.',
            ['# A part of a node that others may share.'],
          ],
          ['#SBATCH --exclusive', [`#SBATCH --cpus-per-task=${cores}`]],
          ['#SBATCH --mem=0', memoryMb === null ? [] : [`#SBATCH --mem=${memoryMb}M`]],
        ];
  return [
    ['#SBATCH --nodes=2', [`#SBATCH --nodes=${nodes}`]],
    ...shared,
    ['#SBATCH --time=12:00:00', [`#SBATCH --time=${slurm.script.formatWalltime(walltimeSeconds)}`]],
    ['#SBATCH --signal=B:USR1@300', [`#SBATCH --signal=B:USR1@${values.warningSeconds}`]],
    optional('##SBATCH --account=', '#SBATCH --account=', values.account),
    optional('##SBATCH --partition=', '#SBATCH --partition=', values.queue),
    optional('##SBATCH --qos=', '#SBATCH --qos=', values.qos),
    withMore(optional('##SBATCH --constraint=', '#SBATCH --constraint=', values.constraint), [
      ...values.directives.map((text) => `#SBATCH ${text}`),
      ...(environment === null ? [] : [`#SBATCH --export=${listVariables(environment)}`]),
    ]),
  ];
}
