/** Flux, from 0.70 on. Recorded answers of 0.88 are in `test/fixtures/schedulers`. */
import type { SeenAllocation } from './allocations/seen-allocation.ts';
import type { Filling, Scheduler, ScriptValues } from './scheduler.ts';
import { listVariables, optional, submitOption, withMore } from './script/fill-lines.ts';

export const flux: Scheduler = {
  title: 'Flux',
  /** In a batch script FLUX_JOB_ID is unset; FLUX_ENCLOSING_ID names the allocation there, and in a task inside of it. */
  detect(env) {
    const allocationId = env['FLUX_ENCLOSING_ID'] ?? env['FLUX_JOB_ID'];
    if (allocationId === undefined) return null;
    const nodeCount = Number(env['FLUX_JOB_NNODES']);
    return {
      allocationId: toDecimal(allocationId),
      node: null,
      endsAt: null,
      restartCount: null,
      nodeCount: Number.isInteger(nodeCount) && nodeCount > 0 ? nodeCount : 1,
    };
  },
  variables: ['FLUX_URI', 'FLUX_JOB_ID', 'FLUX_ENCLOSING_ID', 'FLUX_KVS_NAMESPACE', 'FLUX_URI_RESOLVE_LOCAL'],
  // Without an id: that of the job in which it is called, in a batch script that of the instance.
  askTimeLeft: () => ({ command: ['flux', 'job', 'timeleft'], read: parseFluxTimeLeft }),
  // ALRM at the end of the walltime, TERM on cancel; KILL 5 s later. On all nodes but the first the instance inside is gone a
  // second after TERM (measured with 0.88), and handing back takes half of it: what ORCA does not do at once is not awaited.
  lastSignals: { names: ['SIGTERM', 'SIGALRM'], seconds: 0.2 },
  submitCommand: ['flux', 'batch'],
  allocations: {
    submit: (script, name) => ['flux', 'batch', `--job-name=${name}`, script],
    readSubmitted: (stdout) =>
      /^([ƒf][1-9A-HJ-NP-Za-km-z]+|\d+)$/m.exec(stdout.trim())?.[1]?.replace(/^.*$/, toDecimal),
    readRefusal: (words) => {
      if (
        /unable to connect|no such file or directory|connection refused|timed out|lost connection/i.test(
          words,
        )
      )
        return 'unreachable';
      return /max-?(?:running-?)?jobs|submission.*disabled|limit exceeded/i.test(words) ? 'limit' : 'refused';
    },
    list: (user) => ({
      command: ['flux', 'jobs', '-a', '-n', `--user=${user}`, `--format=${jobsFields}`],
      read: parseFluxJobs,
    }),
    askEnding: (allocationId) => ({
      command: ['flux', 'jobs', '-a', '-n', `--format=${jobsFields}`, allocationId],
      read: (text) => parseFluxJobs(text).find((one) => one.allocationId === allocationId),
    }),
    cancel: (allocationId) => ['flux', 'cancel', allocationId],
  },
  // Inside of an allocation `flux` talks to the instance of the allocation; its parent granted it.
  successors: {
    askShape: (id) => ({
      command: ['flux', '--parent', 'jobs', '--no-header', '--format={nnodes}|{duration}|{queue}', id],
      read: (text) => {
        const [nodes, seconds, queue] = text.trim().split('|');
        if (nodes === undefined || seconds === undefined) return undefined;
        const limit = Number(seconds);
        return [
          ...submitOption('--nodes', nodes),
          ...(limit > 0 ? [`--time-limit=${Math.round(limit)}s`] : []),
          ...submitOption('--queue', queue),
        ];
      },
    }),
    submit: ({ after, shape, script, args }) => [
      'flux',
      '--parent',
      'batch',
      `--dependency=afterany:${after}`,
      ...shape,
      script,
      ...args,
    ],
    passArgs: null,
    readId: (stdout) => /^(\S+)$/m.exec(stdout.trim())?.[1],
    cancel: (id) => ['flux', '--parent', 'cancel', id],
  },
  probe: {
    program: 'flux',
    command: ['flux', 'getattr', 'size'],
    describe: (words) => `size ${words.join(' ')}`.trim(),
  },
  script: {
    // 0 is no limit.
    formatWalltime: (seconds) =>
      seconds === Infinity ? '0' : seconds % 3600 === 0 ? `${seconds / 3600}h` : `${Math.ceil(seconds)}s`,
    constraint: /^\w[\w.|&:-]*$/,
    hasUnlimited: true,
    hasQos: false,
    needsCoresPerNode: false,
    fill,
  },
};

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * `ƒ3CNXJFH` or `f3CNXJFH` → decimal, as in the names of logs; Flux's commands take both. Anything else stays.
 * (RFC 19: Flux's F58 is base58 with Bitcoin's alphabet behind an f.)
 */
function toDecimal(id: string): string {
  const digits = id.replace(/^[ƒf]/, '').split('');
  if (!/^[ƒf]/.test(id) || digits.length === 0 || digits.some((digit) => !base58.includes(digit))) return id;
  return String(digits.reduce((sum, digit) => sum * 58n + BigInt(base58.indexOf(digit)), 0n));
}

/** What Flux prints for no limit: the largest number of 32 bits. */
const noLimit = '4294967295';

/** `flux job timeleft`: whole seconds, or `infinity`. */
export function parseFluxTimeLeft(text: string): number | undefined {
  const left = text.trim();
  if (left === noLimit || /^inf(?:inity)?$/i.test(left)) return Infinity;
  return /^\d+(?:\.\d+)?$/.test(left) ? Number(left) : undefined;
}

/** The note and the directory, which may hold anything, come last. */
const jobsFields =
  '{id.dec}|{status}|{nnodes}|{t_submit}|{t_run}|{t_inactive}|{expiration}|{annotations.sched.t_estimate}|{name}|{exception.note}|{cwd}';

const timeOf = (word: string | undefined): Date | null =>
  Number(word) > 0 ? new Date(Number(word) * 1000) : null;

/** `flux jobs` with these fields: one line per job. Times are seconds since 1970; 0 or nothing: not known. */
function parseFluxJobs(text: string): SeenAllocation[] {
  return text.split('\n').flatMap((line) => {
    const [
      id = '',
      status = '',
      nodes,
      submitted,
      run,
      inactive,
      expires,
      estimate,
      name = '',
      note = '',
      ...directory
    ] = line.trim().split('|');
    if (!/^\d+$/.test(id) || directory.length === 0) return [];
    const state =
      status === 'RUN' || status === 'CLEANUP'
        ? 'running'
        : ['DEPEND', 'PRIORITY', 'SCHED', 'NEW'].includes(status)
          ? 'pending'
          : 'ended';
    return [
      {
        allocationId: id,
        name,
        state,
        nodes: Number(nodes) || null,
        submittedAt: timeOf(submitted),
        startsAt: timeOf(run) ?? timeOf(estimate),
        endsAt: state === 'ended' ? timeOf(inactive) : timeOf(expires),
        words: state === 'ended' ? `${status}${note === '' ? '' : `: ${note}`}` : note === '' ? null : note,
        directory: directory.join('|') || null,
      },
    ];
  });
}

function fill(values: ScriptValues): Filling[] {
  const { nodes, walltimeSeconds, environment, cores } = values;
  const shared: Filling[] =
    cores === null
      ? []
      : [
          ['# Whole nodes.', ['# A part of a node that others may share.']],
          ['#flux: --exclusive', ['#flux: -n 1', `#flux: -c ${cores}`]],
        ];
  const names = environment === null ? [] : listVariables(environment).split(',');
  return [
    ['#flux: -N 2', [`#flux: -N ${nodes}`]],
    ...shared,
    ['#flux: -t 12h', [`#flux: -t ${flux.script.formatWalltime(walltimeSeconds)}`]],
    optional('#flux: # --bank=', '#flux: --bank=', values.account),
    optional('#flux: # --queue=', '#flux: --queue=', values.queue),
    withMore(optional('#flux: # --requires=', '#flux: --requires=', values.constraint), [
      ...values.directives.map((text) => `#flux: ${text}`),
      ...(environment === null
        ? []
        : ['#flux: --env-remove=*', ...names.map((name) => `#flux: --env=${name}`)]),
    ]),
  ];
}
