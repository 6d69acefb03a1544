import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';

const execute = promisify(execFile);
const pollMs = 100;

/** A private Slurm of emulated nodes n1…nN on this machine. */
export interface BenchSlurm {
  /** With which Slurm's commands find it. */
  env: Record<string, string>;
  /** Of the controller: it may be stopped for a while. */
  controllerPid: number;
  /** Runs a command of Slurm. @returns what it prints, trimmed */
  run(command: string, ...args: string[]): Promise<string>;
  /** Submits from a directory with variables that the job shall see. @returns the job id */
  submit(args: string[], options: { cwd: string; env: Record<string, string> }): Promise<string>;
  /** Waits until the job runs. @returns when it did, ms since the epoch, a tenth of a second late at most */
  untilRunning(jobId: string): Promise<number>;
  /** Waits until none of the user's jobs is left. */
  untilEmpty(): Promise<void>;
  cancelAll(): Promise<void>;
  /** All jobs and what became of them, a line each. */
  tellJobs(): Promise<string>;
  stop(): Promise<void>;
}

export const hasSlurm = (): boolean =>
  ['slurmctld', 'slurmd', 'sbatch'].every(
    (name) => findOnPath(name, `${process.env['PATH'] ?? ''}:/usr/sbin`) !== undefined,
  );

/** Starts it with the script of the tests. @param parent where its files go */
export async function startSlurm(parent: string, nodes: number, cpus: number): Promise<BenchSlurm> {
  const dir = mkdtempSync(join(parent, 'slurm-'));
  const env = { ...environmentOutsideJobs(), SLURM_CONF: join(dir, 'slurm.conf') };
  const port = String(await findFreePorts(nodes + 1));
  const script = (name: string, ...args: string[]): Promise<unknown> =>
    execute('bash', [join(findPackageRoot(), 'test', 'support', 'schedulers', name), dir, ...args], {
      env: { ...env, TB_PORT: port },
    });
  await script('slurm-up.sh', String(nodes), String(cpus));
  const run = async (command: string, ...args: string[]): Promise<string> =>
    (await execute(command, args, { env })).stdout.trim();
  return {
    env: { SLURM_CONF: env.SLURM_CONF },
    controllerPid: Number(readFileSync(join(dir, 'run', 'slurmctld.pid'), 'utf8')),
    run,
    submit: async (args, { cwd, env: ofJob }) =>
      (await execute('sbatch', ['--parsable', ...args], { cwd, env: { ...env, ...ofJob } })).stdout.trim(),
    untilRunning: async (jobId) => {
      await poll(
        async () => (await run('squeue', '--noheader', `--jobs=${jobId}`, '--format=%T')) === 'RUNNING',
      );
      return Date.now();
    },
    untilEmpty: () => poll(async () => (await run('squeue', '--noheader')) === ''),
    cancelAll: async () => {
      await run('scancel', '--me');
      await poll(async () => (await run('squeue', '--noheader')) === '');
    },
    tellJobs: () => run('squeue', '--noheader', '--states=all', '--format=%A %T %r %N'),
    stop: async () => {
      await script('slurm-down.sh');
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function poll(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await delay(pollMs);
}

/** Schedulers' variables are read as options by their commands, and this may itself run inside a job. */
function environmentOutsideJobs(): NodeJS.ProcessEnv {
  const foreign = /^(OACT|SLURM|SLURMD|SBATCH|SRUN|SQUEUE|SCANCEL)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** The first of `count` neighbouring ports of loopback that are free now. */
async function findFreePorts(count: number): Promise<number> {
  const start = 30_000 + Math.floor(Math.random() * 1000);
  for (let first = start; first < start + 2000; first += count) {
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
