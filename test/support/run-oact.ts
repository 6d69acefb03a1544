import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';

export const standInPath = join(findPackageRoot(), 'stand-in', 'orca');
export const exampleCsv = join(findPackageRoot(), 'examples', 'actinides-24.csv');
const program = join(findPackageRoot(), 'bin', 'oact.js');

export interface OactRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningOact {
  child: ChildProcess;
  /** What it wrote so far. */
  output: () => OactRun;
  ended: Promise<OactRun>;
}

/** Starts the compiled command line, as a user would, without the settings of this machine's user. */
export function startOact(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): RunningOact {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OACT_'));
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen: OactRun = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (seen.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (seen.stderr += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ ...seen, code: child.exitCode }));
  return { child, output: () => ({ ...seen, code: child.exitCode }), ended };
}

export function runOact(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<OactRun> {
  return startOact(args, options).ended;
}

/** Like runOact, but a failure is an error that shows what was printed. `oact run` ends with 4 when it did its work and records failed. */
export async function oactSucceeds(
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<OactRun> {
  const run = await runOact(args, options);
  if (run.code !== 0 && !(args.includes('run') && run.code === 4))
    throw new Error(`oact ${args.join(' ')} ended with ${run.code}\n${run.stdout}\n${run.stderr}`);
  return run;
}
