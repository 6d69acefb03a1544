/** Slurm, from 20.11 on. Recorded answers of 22.05 and 24.11 are in `test/fixtures/schedulers`. */
import { formatClock, parseClock } from './clock.ts';
import type { Filling, Scheduler, ScriptValues } from './scheduler.ts';
import { listVariables, optional, withMore } from './script/fill-lines.ts';

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

function fill(values: ScriptValues): Filling[] {
  const { nodes, walltimeSeconds, environment } = values;
  return [
    ['#SBATCH --nodes=2', [`#SBATCH --nodes=${nodes}`]],
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
