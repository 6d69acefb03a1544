import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { environmentOutsideJobs } from '../environment-outside-jobs.ts';
import { hasPrograms } from '../has-programs.ts';
import { killTree } from '../machine/kill-tree.ts';
import { lineageOf, type ProcessEntry, readProcessTable } from '../machine/process-table.ts';

const execute = promisify(execFile);

/** A private Slurm of emulated nodes n1…nN on this machine. */
export interface Slurm {
  /** With which Slurm's commands find it. */
  env: Record<string, string>;
  script: 'consumer.slurm';
  /** Runs a command of Slurm; what it prints, trimmed. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Submits from a directory with variables that the job shall see. @returns the job id */
  submit(args: string[], options: { cwd: string; env: Record<string, string> }): Promise<string>;
  /** `PENDING`, `RUNNING`, `COMPLETED`, `FAILED`, …; also of a job that has ended. */
  stateOf(jobId: string): Promise<string>;
  /** Waits for a state, a minute unless otherwise said. */
  becomes(jobId: string, state: string, timeoutMs?: number): Promise<void>;
  /** An administrator moves the end of a running job. */
  moveEnd(jobId: string, end: Date): Promise<void>;
  /** Everything on a node is gone at once: its daemon, the steps and all below them. */
  killNode(node: string): void;
  /** Starts the daemon of a node that was killed, and waits until Slurm gives it jobs again. */
  startNode(node: string): Promise<void>;
  /** Cancels what is left and waits until the nodes are free. */
  cancelJobs(): Promise<void>;
  stop(): Promise<void>;
}

export const hasSlurm = (): boolean => hasPrograms('slurmctld', 'slurmd', 'sbatch');

/** Whether limits of accounts can be had. */
export const hasSlurmAccounting = (): boolean =>
  hasSlurm() && hasPrograms('slurmdbd', 'sacctmgr', 'mariadbd', 'mariadb-install-db', 'mariadb');

/**
 * How Slurm finds the processes of a job. `pgid`: those of the process group, so that ORCA, which has a session of its own,
 * hears none of its signals and would survive everything. `linuxproc`: all below the step, so that ORCA hears what its consumer hears.
 */
export type Tracking = 'pgid' | 'linuxproc';

/** Starts it in about a second; the first job starts some 3 s later. */
export async function startSlurm({
  nodes = 2,
  cpus = 8,
  tracking = 'pgid',
  limit = '',
}: {
  nodes?: number;
  cpus?: number;
  tracking?: Tracking;
  /** Of this user's account, such as `MaxSubmitJobs=2`: Slurm gets an accounting of its own. */
  limit?: string;
} = {}): Promise<Slurm> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-slurm-'));
  const port = await findFreePorts(nodes + 3);
  const script = (name: string, ...args: string[]): Promise<unknown> =>
    execute('bash', [join(import.meta.dirname, name), dir, ...args], {
      env: {
        ...environmentOutsideJobs(),
        TB_PORT: String(port),
        TB_PROCTRACK: `proctrack/${tracking}`,
        TB_ACCOUNTING: limit,
      },
    });
  const env = { ...environmentOutsideJobs(), SLURM_CONF: join(dir, 'slurm.conf') };
  const stop = async (): Promise<void> => {
    await script('slurm-down.sh');
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  await script('slurm-up.sh', String(nodes), String(cpus)).catch(async (error: unknown) => {
    await stop().catch(() => undefined);
    throw error;
  });
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await execute(command, args, { env })).stdout.trim();
  // A step manager knows only the configuration, the tasks below it also the node.
  const isOurs = (entry: ProcessEntry): boolean => entry.env['SLURM_CONF'] === env.SLURM_CONF;
  const stateOf = (jobId: string): Promise<string> =>
    run('squeue', '--noheader', '--states=all', `--jobs=${jobId}`, '--format=%T');
  return {
    env: { SLURM_CONF: env.SLURM_CONF },
    script: 'consumer.slurm',
    run,
    submit: async (args, { cwd, env: ofJob }) =>
      (await execute('sbatch', ['--parsable', ...args], { cwd, env: { ...env, ...ofJob } })).stdout.trim(),
    stateOf,
    becomes: (jobId, state, timeoutMs = 60_000) =>
      vi.waitFor(
        async () => {
          const now = await stateOf(jobId);
          if (now !== state) throw new Error(`job ${jobId} is ${now}, not ${state}`);
        },
        { timeout: timeoutMs, interval: 200 },
      ),
    async moveEnd(jobId, end) {
      // Slurm takes local time, without a zone.
      const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
      await run('scontrol', 'update', `jobid=${jobId}`, `EndTime=${local}`);
    },
    killNode(node) {
      const daemon = Number(readFileSync(join(dir, 'run', `slurmd.${node}.pid`), 'utf8'));
      const table = readProcessTable();
      const tops = [...table.values()]
        .filter((entry) => isOurs(entry) && entry.env['SLURMD_NODENAME'] === node)
        .map(({ pid }) => lineageOf(pid, table).findLast(isOurs)?.pid ?? pid);
      for (const pid of new Set([daemon, ...tops])) killTree(pid);
    },
    startNode: async (node) => {
      await execute('slurmd', ['-f', join(dir, 'slurm.conf'), '-N', node], {
        env: { ...env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
      });
      await vi.waitFor(
        async () => {
          const state = await run('sinfo', '--noheader', '--nodes', node, '--format=%t');
          if (state !== 'idle') throw new Error(`${node} is ${state}`);
        },
        { timeout: 60_000, interval: 200 },
      );
    },
    cancelJobs: async () => {
      await run('scancel', '--me');
      await vi.waitFor(
        async () => {
          if ((await run('squeue', '--noheader')) !== '') throw new Error('jobs are still there');
        },
        { timeout: 30_000 },
      );
    },
    stop,
  };
}

/** The first of `count` neighbouring ports of loopback that are free now. */
async function findFreePorts(count: number): Promise<number> {
  const start = 20_000 + Math.floor(Math.random() * 8000);
  for (let first = start; first < start + 4000; first += count) {
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`no ${count} neighbouring free ports from ${start} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
