import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../../core/config/package-root.ts';

/** Runs per second of the same program without oact, four at a time. */
export interface EmptyJobFloors {
  xargs: number;
  nodeLoop: number;
  /** The loop without the row: what a disk with slow syncs hides. */
  nodeLoopWithoutRow: number;
}

export function measureEmptyJobFloors(program: string, count: number, parent: string): EmptyJobFloors {
  const dir = mkdtempSync(join(parent, 'floors-'));
  return {
    xargs: count / timeXargs(program, count),
    nodeLoop: count / timeLoop([program, String(count), join(dir, 'results.db')]),
    nodeLoopWithoutRow: count / timeLoop([program, String(count)]),
  };
}

function timeXargs(program: string, count: number): number {
  const input = Array.from({ length: count }, (_, index) => `${index}\n`).join('');
  const startedAtMs = performance.now();
  execFileSync('xargs', ['-P', '4', '-n', '1', program], { input, stdio: ['pipe', 'ignore', 'inherit'] });
  return (performance.now() - startedAtMs) / 1000;
}

function timeLoop(args: string[]): number {
  const script = join(findPackageRoot(), 'dist', 'tools', 'bench', 'timing', 'spawn-loop.js');
  return Number(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));
}
