import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { environmentOutsideJobs } from '../environment-outside-jobs.ts';
import { killTree, signalQuietly } from '../machine/kill-tree.ts';
import { readProcessTable } from '../machine/process-table.ts';

const execute = promisify(execFile);

/** A private Flux instance of emulated nodes n1…nN on this machine, whose name all of them have inside a job. */
export interface Flux {
  script: 'consumer.flux';
  /** With which Flux's commands find it. */
  env: Record<string, string>;
  /** Runs `flux`; what it prints, trimmed. */
  run(...args: string[]): Promise<string>;
  /** `flux batch` in a directory with variables that the job shall see. @returns the decimal job id */
  submit(args: string[], options: { cwd: string; env: Record<string, string> }): Promise<string>;
  /** `PENDING`, `RUN`, `COMPLETED`, `FAILED`, `CANCELED`, `TIMEOUT`, …; also of a job that has ended. */
  stateOf(jobId: string): Promise<string>;
  /** Waits for a status, a minute unless otherwise said. */
  becomes(jobId: string, status: string, timeoutMs?: number): Promise<void>;
  /** An administrator moves the end of a running job. */
  moveEnd(jobId: string, secondsFromNow: number): Promise<void>;
  /** Everything on a node is gone at once, its broker first; it does not come back. */
  killNode(node: string): void;
  /** Only the broker of a node is gone; what it started lives on. */
  killBroker(node: string): void;
  cancelJobs(): Promise<void>;
  stop(): Promise<void>;
}

/** No distribution packages Flux, so that not even CI must have it. */
export function hasFlux(): boolean {
  const isThere = findOnPath('flux', process.env['PATH'] ?? '') !== undefined;
  if (!isThere) process.stdout.write('Tests are skipped: this machine lacks flux\n');
  return isThere;
}

/** Starts it in about a second. There is no listener but sockets in its directory. */
export async function startFlux({ nodes = 2, cores = 8 } = {}): Promise<Flux> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-flux-'));
  const rundir = join(dir, 'run');
  mkdirSync(rundir);
  mkdirSync(join(dir, 'conf'));
  // A node may claim more cores than there are.
  writeFileSync(
    join(dir, 'conf', 'test.toml'),
    `[resource]\nnoverify = true\nnorestrict = true\n[[resource.config]]\nhosts = "n[1-${nodes}]"\ncores = "0-${cores - 1}"\n`,
  );
  const log = openSync(join(dir, 'flux.log'), 'w');
  const leader = spawn(
    'flux',
    [
      'start',
      `--test-size=${nodes}`,
      `--test-hosts=n[1-${nodes}]`,
      '--test-exit-mode=leader',
      `--test-rundir=${rundir}`,
      `--config-path=${join(dir, 'conf')}`,
      'sleep',
      'infinity',
    ],
    { env: environmentOutsideJobs(), detached: true, stdio: ['ignore', log, log] },
  );
  const ended = new Promise<void>((resolve) => void leader.once('exit', () => resolve()));
  const env = {
    ...environmentOutsideJobs(),
    FLUX_URI: `local://${join(rundir, 'local-0')}`,
    // Without ssh to this machine itself.
    FLUX_URI_RESOLVE_LOCAL: '1',
  };
  const run = async (...args: string[]): Promise<string> =>
    (await execute('flux', args, { env })).stdout.trim();
  const cancelJobs = async (): Promise<void> => {
    await run('cancel', '--all', '--quiet').catch(() => undefined);
    await vi.waitFor(
      async () => {
        if ((await run('jobs', '--no-header', '--format={id}')) !== '')
          throw new Error('jobs are still there');
      },
      { timeout: 30_000, interval: 200 },
    );
  };
  const listBrokers = (): Map<string, number> =>
    new Map(
      [...readProcessTable().values()]
        .filter(({ parent }) => parent === leader.pid)
        .map(({ pid, env: ofBroker }) => [`n${Number(ofBroker['PMI_RANK']) + 1}`, pid]),
    );
  const brokerOf = (node: string): number => {
    const broker = listBrokers().get(node);
    if (broker === undefined) throw new Error(`${node} has no broker`);
    return broker;
  };
  const stop = async (): Promise<void> => {
    await cancelJobs().catch(() => undefined);
    await run('shutdown', '--quiet').catch(() => undefined);
    const timer = setTimeout(() => {
      for (const pid of [...listBrokers().values(), leader.pid ?? 0]) signalQuietly(pid, 'SIGKILL');
    }, 10_000);
    await ended;
    clearTimeout(timer);
    rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  };
  await vi
    .waitFor(
      async () => {
        const free = await run('resource', 'list', '--no-header', '--states=free', '--format={nnodes}');
        if (free !== String(nodes)) throw new Error(readFileSync(join(dir, 'flux.log'), 'utf8'));
      },
      { timeout: 60_000, interval: 100 },
    )
    .catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  const stateOf = (jobId: string): Promise<string> => run('jobs', '--no-header', '--format={status}', jobId);
  return {
    script: 'consumer.flux',
    env: { FLUX_URI: env.FLUX_URI, FLUX_URI_RESOLVE_LOCAL: '1' },
    run,
    async submit(args, { cwd, env: ofJob }) {
      const { stdout } = await execute('flux', ['batch', ...args], { cwd, env: { ...env, ...ofJob } });
      return run('job', 'id', '--to=dec', stdout.trim());
    },
    stateOf,
    becomes: (jobId, status, timeoutMs = 60_000) =>
      vi.waitFor(
        async () => {
          const now = await stateOf(jobId);
          if (now !== status) throw new Error(`job ${jobId} is ${now}, not ${status}`);
        },
        { timeout: timeoutMs, interval: 200 },
      ),
    async moveEnd(jobId, secondsFromNow) {
      const ran = Number(await run('jobs', '--no-header', '--format={runtime}', jobId));
      await run('update', jobId, `duration=${Math.ceil(ran + secondsFromNow)}s`);
    },
    killNode: (node) => killTree(brokerOf(node)),
    killBroker: (node) => process.kill(brokerOf(node), 'SIGKILL'),
    cancelJobs,
    stop,
  };
}
