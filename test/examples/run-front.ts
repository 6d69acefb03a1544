import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { listSession } from '../../consumer/process/list-session.ts';
import { stopSession } from '../../consumer/process/stop-session.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { judge, type Verdict } from '../../orca/verdict/judge.ts';
import type { Calculation } from '../../core/job/calculation.ts';
import { readText } from '../orca/an-output.ts';

export const frontPath = (engine: 'nwchem' | 'xtb'): string =>
  join(findPackageRoot(), 'examples', 'engines', engine, 'orca');

export interface StartedFront {
  child: ChildProcess;
  dir: string;
  /** Its TMPDIR. */
  scratch: string;
  read(name: string): string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** What the consumer sets, too: Open MPI runs as root in a container, and on fewer cores than ranks. */
const mpiEnvironment = {
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  OMPI_MCA_hwloc_base_binding_policy: 'none',
  OMP_NUM_THREADS: '1',
};

/** Starts a front as oact does: own session, output to files, a TMPDIR of its own. */
export function startFront(
  engine: 'nwchem' | 'xtb',
  input: string,
  env: Record<string, string> = {},
): StartedFront {
  const dir = mkdtempSync(join(tmpdir(), 'oact-front-'));
  const scratch = mkdtempSync(join(tmpdir(), 'oact-scratch-'));
  onTestFinished(async () => {
    if (child.pid !== undefined && listSession(child.pid).length > 0) await stopSession(child.pid, 0);
    for (const path of [dir, scratch]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  });
  writeFileSync(join(dir, 'orca.inp'), input);
  const out = openSync(join(dir, 'orca.out'), 'w');
  const err = openSync(join(dir, 'orca.err'), 'w');
  const child = spawn(frontPath(engine), ['orca.inp'], {
    cwd: dir,
    detached: true,
    stdio: ['ignore', out, err],
    env: { PATH: process.env['PATH'], ...mpiEnvironment, TMPDIR: scratch, ...env },
  });
  closeSync(out);
  closeSync(err);
  const ended = once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  return { child, dir, scratch, read: (name) => readFileSync(join(dir, name), 'utf8'), ended };
}

/** Runs a front to its end and judges it as oact does. */
export async function runFront(
  engine: 'nwchem' | 'xtb',
  input: string,
  { runType = 'gradient', env = {} }: { runType?: Calculation['runType']; env?: Record<string, string> } = {},
): Promise<Verdict & { front: StartedFront; code: number | null; out: string }> {
  const front = startFront(engine, input, env);
  const { code, signal } = await front.ended;
  const out = front.read('orca.out');
  const verdict = judge({
    output: readText(out),
    stderr: front.read('orca.err'),
    runType,
    exitCode: code,
    signal,
  });
  return { ...verdict, front, code, out };
}
