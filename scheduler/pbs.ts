/** PBS Pro and OpenPBS, from 19 on. No PBS runs in the tests: what it says is by its manual. */
import { z } from 'zod';
import type { SeenAllocation } from './allocations/seen-allocation.ts';
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
  allocations: {
    submit: (script, name) => ['qsub', '-N', name, script],
    // `4711.server`, as qstat and PBS_JOBID have it.
    readSubmitted: (stdout) => /^(\d+(?:\[\])?\.[\w.-]+)$/m.exec(stdout.trim())?.[1],
    readRefusal: (words) => {
      if (/cannot connect|connection (?:refused|timed out)|communication failure|no route/i.test(words))
        return 'unreachable';
      return /would exceed .*limit|max_queued|maximum number of jobs/i.test(words) ? 'limit' : 'refused';
    },
    // qstat selects by user only in its short form, which has no estimates.
    listIds: (user) => ({
      command: ['qselect', '-u', user],
      read: (text) =>
        text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => /^\d+\S*$/.test(line)),
    }),
    list: (_user, ids) => ({ command: ['qstat', '-x', '-f', '-F', 'json', ...ids], read: parseQstatJson }),
    askEnding: (allocationId) => ({
      command: ['qstat', '-x', '-f', '-F', 'json', allocationId],
      read: (text) => parseQstatJson(text)?.find((one) => one.allocationId === allocationId),
    }),
    cancel: (allocationId) => ['qdel', allocationId],
  },
  successors: {
    askShape: (id) => ({
      command: ['qstat', '-f', id],
      read: (text) => {
        // A long value continues in the next line, behind a tab.
        const joined = text.replaceAll(/\r?\n\t/g, '');
        const read = (name: string): string | undefined =>
          new RegExp(`^\\s*Resource_List\\.${name} = (.+?)\\s*$`, 'm').exec(joined)?.[1];
        const select = read('select');
        const walltime = read('walltime');
        if (select === undefined || walltime === undefined) return undefined;
        return ['-l', `select=${select}`, '-l', `walltime=${walltime}`];
      },
    }),
    submit: ({ after, shape, script, variables }) => [
      'qsub',
      '-W',
      `depend=afterany:${after}`,
      ...shape,
      // Their values are those of the submit command's own environment.
      '-v',
      ['OACT_FLAGS', ...variables.filter((name) => name !== 'OACT_FLAGS')].join(','),
      script,
    ],
    passArgs: (args) => ({ OACT_FLAGS: args.join(' ') }),
    readId: (stdout) => /^(\d+\S*)$/m.exec(stdout.trim())?.[1],
    cancel: (id) => ['qdel', id],
  },
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

const qstatSchema = z.object({
  Jobs: z
    .record(
      z.string(),
      z.object({
        Job_Name: z.string().default(''),
        job_state: z.string(),
        ctime: z.string().optional(),
        stime: z.string().optional(),
        obittime: z.string().optional(),
        comment: z.string().optional(),
        Exit_status: z.number().optional(),
        estimated: z.object({ start: z.union([z.string(), z.number()]).optional() }).optional(),
        Resource_List: z
          .object({ walltime: z.string().optional(), nodect: z.union([z.string(), z.number()]).optional() })
          .default({}),
        Variable_List: z.object({ PBS_O_WORKDIR: z.string().optional() }).default({}),
      }),
    )
    .default({}),
});

const timeOf = (value: string | number | undefined): Date | null => {
  const time = typeof value === 'number' ? value * 1000 : Date.parse(value ?? '');
  return Number.isNaN(time) ? null : new Date(time);
};

/** `qstat -x -f -F json`; undefined when it is no such answer. By the manual of PBS 2022.1: no PBS runs in the tests. */
function parseQstatJson(text: string): SeenAllocation[] | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = qstatSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  return Object.entries(parsed.data.Jobs).map(([allocationId, job]) => {
    const state = ['Q', 'H', 'W', 'T'].includes(job.job_state)
      ? 'pending'
      : ['R', 'S', 'U', 'B'].includes(job.job_state)
        ? 'running'
        : 'ended';
    const startsAt = timeOf(job.stime) ?? timeOf(job.estimated?.start);
    const limit = parseClock(job.Resource_List.walltime ?? '');
    const byLimit =
      startsAt === null || limit === undefined ? null : new Date(startsAt.getTime() + limit * 1000);
    const exit = job.Exit_status === undefined ? null : `exit status ${job.Exit_status}`;
    return {
      allocationId,
      name: job.Job_Name,
      state,
      nodes: Number(job.Resource_List.nodect) || null,
      submittedAt: timeOf(job.ctime),
      startsAt,
      endsAt: state === 'ended' ? timeOf(job.obittime) : byLimit,
      words: state === 'ended' ? (exit ?? job.comment ?? null) : (job.comment ?? null),
      directory: job.Variable_List.PBS_O_WORKDIR ?? null,
    };
  });
}

function fill(values: ScriptValues): Filling[] {
  const { nodes, coresPerNode, constraint, cores, memoryMb } = values;
  const memory = cores === null || memoryMb === null ? '' : `:mem=${memoryMb}mb`;
  const chunk = `ncpus=${cores ?? coresPerNode}:mpiprocs=1${memory}${constraint === null ? '' : `:${constraint}`}`;
  const shared: Filling[] =
    cores === null ? [] : [['#PBS -l place=scatter:excl', ['#PBS -l place=pack:shared']]];
  return [
    ['#PBS -l select=2:ncpus=128:mpiprocs=1', [`#PBS -l select=${nodes}:${chunk}`]],
    ...shared,
    ['#PBS -l walltime=12:00:00', [`#PBS -l walltime=${formatClock(values.walltimeSeconds)}`]],
    optional('##PBS -A', '#PBS -A ', values.account),
    withMore(optional('##PBS -q', '#PBS -q ', values.queue), [
      ...values.directives.map((text) => `#PBS ${text}`),
      // Without it PBS takes nothing along but PBS_O_… of its own.
      ...(values.environment === null ? [] : [`#PBS -v ${values.environment.join(',')}`]),
    ]),
  ];
}
