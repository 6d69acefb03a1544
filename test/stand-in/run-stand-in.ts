import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { aGradientInput } from './sample-inputs.ts';

export const executable = fileURLToPath(new URL('../../stand-in/orca', import.meta.url));

const directories: string[] = [];

// Per test file, not per test: concurrent tests have no end of their own that a helper could hook.
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** An empty job directory that goes with the test file. */
export function makeJobDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'oact-stand-in-'));
  directories.push(directory);
  return directory;
}

export interface StandInOptions {
  directory?: string;
  input?: string;
  /** `OACT_STANDIN_…` and others, beside PATH. */
  env?: Record<string, string>;
  /** Writes behind what stands in the outputs already. */
  appends?: boolean;
  /** The command line, the executable first. */
  command?: string[];
}

export interface FinishedRun {
  directory: string;
  code: number | null;
  signal: string | null;
  out: string;
  err: string;
  /** A file of the job directory. */
  read: (name: string) => string;
}

export interface StartedRun {
  child: ChildProcess;
  directory: string;
  finished: Promise<FinishedRun>;
}

/** Starts the real executable as a campaign does: own session, stdout and stderr to files. */
export function startStandIn(options: StandInOptions = {}): StartedRun {
  const directory = options.directory ?? makeJobDirectory();
  writeFileSync(path.join(directory, 'orca.inp'), options.input ?? aGradientInput());
  const read = (name: string): string => readFileSync(path.join(directory, name), 'latin1');
  const out = openSync(path.join(directory, 'orca.out'), options.appends === true ? 'a' : 'w');
  const err = openSync(path.join(directory, 'orca.err'), options.appends === true ? 'a' : 'w');
  const [program = executable, ...words] = options.command ?? [executable, 'orca.inp'];
  const child = spawn(program, words, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', out, err],
    env: { PATH: process.env['PATH'], OACT_STANDIN_SECONDS: '0.05', ...options.env },
  });
  closeSync(out);
  closeSync(err);
  const finished = new Promise<FinishedRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve({ directory, code, signal, out: read('orca.out'), err: read('orca.err'), read }),
    );
  });
  return { child, directory, finished };
}

export function runStandIn(options: StandInOptions = {}): Promise<FinishedRun> {
  return startStandIn(options).finished;
}

/** The last energy of an output, Eh, all digits. */
export function finalEnergy(out: string): string | undefined {
  return [...out.matchAll(/FINAL SINGLE POINT ENERGY +(-?\d+\.\d+)/g)].at(-1)?.[1];
}

/** Iterations of each SCF of an output. */
export function scfCycles(out: string): number[] {
  return [...out.matchAll(/SCF CONVERGED AFTER +(\d+) CYCLES/g)].map((match) => Number(match[1]));
}
