import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { hasPrograms } from './has-programs.ts';

const execute = promisify(execFile);

/** A private Slurm of emulated nodes n1…nN on this machine. */
export interface Slurm {
  /** With which Slurm's commands find it. */
  env: Record<string, string>;
  /** Runs a command of Slurm; what it prints, trimmed. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Submits from a directory with variables that the job shall see. @returns the job id */
  submit(args: string[], options: { cwd: string; env: Record<string, string> }): Promise<string>;
  /** `PENDING`, `RUNNING`, `COMPLETED`, `FAILED`, …; also of a job that has ended. */
  stateOf(jobId: string): Promise<string>;
  /** Of the daemon of a node. */
  pidFile(node: string): string;
  /** Starts the daemon of a node that was killed, and waits until Slurm gives it jobs again. */
  startNode(node: string): Promise<void>;
  /** Cancels what is left and waits until the nodes are free. */
  cancelJobs(): Promise<void>;
  stop(): Promise<void>;
}

export const hasSlurm = (): boolean => hasPrograms('slurmctld', 'slurmd', 'sbatch');

/** Starts it in about a second; the first job starts some 3 s later. */
export async function startSlurm({ nodes = 2, cpus = 8 } = {}): Promise<Slurm> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-slurm-'));
  const port = await findFreePorts(nodes + 1);
  const script = (name: string, ...args: string[]): Promise<unknown> =>
    execute('bash', [join(import.meta.dirname, name), dir, ...args], {
      env: { ...environmentOutsideJobs(), TB_PORT: String(port) },
    });
  const env = { ...environmentOutsideJobs(), SLURM_CONF: join(dir, 'slurm.conf') };
  const stop = async (): Promise<void> => {
    await script('slurm-down.sh');
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  };
  await script('slurm-up.sh', String(nodes), String(cpus)).catch(async (error: unknown) => {
    await stop().catch(() => undefined);
    throw error;
  });
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await execute(command, args, { env })).stdout.trim();
  return {
    env: { SLURM_CONF: env.SLURM_CONF },
    run,
    submit: async (args, { cwd, env: ofJob }) =>
      (await execute('sbatch', ['--parsable', ...args], { cwd, env: { ...env, ...ofJob } })).stdout.trim(),
    stateOf: (jobId) => run('squeue', '--noheader', '--states=all', `--jobs=${jobId}`, '--format=%T'),
    pidFile: (node) => join(dir, 'run', `slurmd.${node}.pid`),
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
        { timeout: 15_000 },
      );
    },
    stop,
  };
}

/** Schedulers' variables are read as options by their commands, and the tests may themselves run inside a job. */
function environmentOutsideJobs(): NodeJS.ProcessEnv {
  const foreign = /^(OACT|SLURM|SLURMD|SBATCH|SRUN|SQUEUE|SCANCEL|FLUX|PBS|PMI|PMIX|OMPI|PRTE)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
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
