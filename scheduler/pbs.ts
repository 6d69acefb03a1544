/** PBS Pro and OpenPBS, from 19 on. No PBS runs in the tests: what it says is by its manual. */
import { formatClock, parseClock } from './clock.ts';
import type { Filling, Scheduler, ScriptValues } from './scheduler.ts';
import { optional, withMore } from './script/fill-lines.ts';

export const pbs: Scheduler = {
  title: 'PBS',
  detect(env) {
    const allocationId = env['PBS_JOBID'];
    if (allocationId === undefined) return null;
    // What qstat calls run_count; `consumer.pbs` asks for it, because PBS tells a job nothing of its past.
    const runs = Number(env['OACT_PBS_RUN_COUNT'] ?? 0);
    return {
      allocationId,
      node: null,
      endsAt: null,
      restartCount: Number.isInteger(runs) && runs > 0 ? runs - 1 : null,
      nodeCount: 1,
    };
  },
  variables: ['PBS_CONF_FILE', 'PBS_SERVER', 'PBS_DEFAULT'],
  askTimeLeft: (allocationId) => ({ command: ['qstat', '-f', allocationId], read: parseQstat }),
  // On qdel and at the end of the walltime: kill_delay, 10 s unless the site says otherwise.
  lastSignals: { names: ['SIGTERM', 'SIGALRM'], seconds: 6 },
  submitCommand: ['qsub'],
  probe: { program: 'qsub', command: ['qstat', '-Q'], describe: () => 'queues' },
  script: {
    formatWalltime: formatClock,
    /** Chunks want `resource=value`. */
    constraint: /^\w+=[\w.,+-]+(?::\w+=[\w.,+-]+)*$/,
    // Without a walltime PBS gives the queue's default.
    hasUnlimited: false,
    hasQos: false,
    needsCoresPerNode: true,
    fill,
  },
};

/**
 * `qstat -f ID`: the limit less what the server has booked as used, which it brings up to date every few minutes; or, where it
 * names the start, that and the limit, which is exact. The times carry no zone: those of the nodes must be the server's.
 */
export function parseQstat(text: string, now: Date): number | undefined {
  // A long value continues in the next line, behind a tab.
  const joined = text.replaceAll(/\r?\n\t/g, '');
  const read = (name: string): string | undefined =>
    new RegExp(`^\\s*${name.replaceAll('.', '\\.')} = (.+?)\\s*$`, 'm').exec(joined)?.[1];
  const limit = parseClock(read('Resource_List.walltime') ?? '');
  if (limit === undefined) return undefined;
  const startedAt = Date.parse(read('stime') ?? '');
  const used = parseClock(read('resources_used.walltime') ?? '0:00') ?? 0;
  const spent = Number.isNaN(startedAt) ? used : (now.getTime() - startedAt) / 1000;
  return Math.max(0, limit - spent);
}

function fill(values: ScriptValues): Filling[] {
  const { nodes, coresPerNode, constraint } = values;
  const chunk = `ncpus=${coresPerNode}:mpiprocs=1${constraint === null ? '' : `:${constraint}`}`;
  return [
    ['#PBS -l select=2:ncpus=128:mpiprocs=1', [`#PBS -l select=${nodes}:${chunk}`]],
    ['#PBS -l walltime=12:00:00', [`#PBS -l walltime=${formatClock(values.walltimeSeconds)}`]],
    optional('##PBS -A', '#PBS -A ', values.account),
    withMore(optional('##PBS -q', '#PBS -q ', values.queue), [
      ...values.directives.map((text) => `#PBS ${text}`),
      // Without it PBS takes nothing along but PBS_O_… of its own.
      ...(values.environment === null ? [] : [`#PBS -v ${values.environment.join(',')}`]),
    ]),
  ];
}
