/**
 * How an allocation submits the one that follows it: after this one has ended, as large as this one. Pure; `submit-successor.ts` runs
 * the commands.
 */
import type { Question } from './scheduler.ts';
import type { SchedulerName } from './schedulers.ts';

type CommandLine = readonly [string, ...string[]];

interface SuccessorWish {
  /** This allocation, which it waits for. */
  after: string;
  /** Options of the submit command that make it as large as this one. */
  shape: readonly string[];
  script: string;
  args: readonly string[];
  /** Names of variables that are to go along where the scheduler takes only named ones. */
  variables: readonly string[];
}

interface Successors {
  /** Options that make another allocation as large as this one. */
  askShape(allocationId: string): Question<string[]>;
  submit(wish: SuccessorWish): CommandLine;
  /** Variables of the submit command by which arguments get to the script; null: they follow its name. */
  passArgs: ((args: readonly string[]) => Record<string, string>) | null;
  readId(stdout: string): string | undefined;
  cancel(id: string): CommandLine;
}

const option = (name: string, value: string | undefined): string[] =>
  value === undefined || /^(|\(null\)|N\/A|None)$/.test(value) ? [] : [`${name}=${value}`];

const slurm: Successors = {
  askShape: (id) => ({
    command: ['squeue', '--noheader', '--jobs', id, '--format', '%D|%l|%P|%a|%q'],
    read: (text) => {
      const [nodes, limit, partition, account, qos, ...more] = text.trim().split('|');
      if (qos === undefined || more.length > 0) return undefined;
      return [
        ...option('--nodes', nodes),
        ...option('--time', limit === 'NOT_SET' ? undefined : limit),
        ...option('--partition', partition),
        ...option('--account', account),
        ...option('--qos', qos),
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
};

/** Inside of an allocation `flux` speaks to the instance of the allocation; its parent is the one that granted it. */
const flux: Successors = {
  askShape: (id) => ({
    command: ['flux', '--parent', 'jobs', '--no-header', '--format={nnodes}|{duration}|{queue}', id],
    read: (text) => {
      const [nodes, seconds, queue] = text.trim().split('|');
      if (nodes === undefined || seconds === undefined) return undefined;
      const limit = Number(seconds);
      return [
        ...option('--nodes', nodes),
        ...(limit > 0 ? [`--time-limit=${Math.round(limit)}s`] : []),
        ...option('--queue', queue),
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
};

const pbs: Successors = {
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
};

export const successors: Record<SchedulerName, Successors> = { slurm, flux, pbs };
