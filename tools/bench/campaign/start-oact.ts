import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { BenchContext } from '../bench-context.ts';

/** A command of oact that runs. */
export interface RunningOact {
  pid: number;
  /** Resolves when a line of its log holds `text`; rejects when it ends without. */
  says: (text: string) => Promise<void>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Asks it to stop and waits until it has. */
  stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends what a benchmark that failed or was interrupted left behind. Consumers take their jobs with them. */
export async function stopAllOact(): Promise<void> {
  await Promise.all([...running].map(stopChild));
}

/** The compiled one, in as many files as it has modules. */
export const installedOact = (): string => join(findPackageRoot(), 'bin', 'oact.js');

/**
 * Starts `oact …` as a user would; it finds the Redis of this run in its environment.
 * @param command what comes before the arguments
 */
export function startOact(
  context: BenchContext,
  args: string[],
  command: readonly [string, ...string[]] = [process.execPath, installedOact()],
): RunningOact {
  const [program, ...first] = command;
  const child = spawn(program, [...first, ...args], {
    env: { ...process.env, OACT_REDIS_URL: urlWithPassword(context) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  const log: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => log.push(line));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  const says = async (text: string): Promise<void> => {
    while (!log.some((line) => line.includes(text))) {
      const hasEnded = await Promise.race([once(lines, 'line').then(() => false), ended.then(() => true)]);
      if (hasEnded) throw new Error(`oact ${args.join(' ')} ended without '${text}':\n${log.join('\n')}`);
    }
  };
  return { pid: child.pid ?? 0, says, ended, stop: () => stopChild(child) };
}

/** Runs a command of oact to its end. @throws Error when it fails */
export async function runOact(context: BenchContext, args: string[]): Promise<void> {
  const code = await startOact(context, args).ended;
  if (code !== 0) throw new Error(`oact ${args.join(' ')} ended with code ${code}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

/** For callers that start a command by other means. */
export function urlWithPassword({ redis }: BenchContext): string {
  const url = new URL(redis.address.url);
  url.username = redis.address.username ?? '';
  url.password = redis.address.password ?? '';
  return url.href;
}
