import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';
import type { SchedulerName } from '../schedulers.ts';

/** campaign: Redis and `oact serve` are in the allocation, too; consumer: only the consumers. */
export const scriptKinds = ['campaign', 'consumer'] as const;
export type ScriptKind = (typeof scriptKinds)[number];

/** `consumer.slurm`: the script's name in the package and in a campaign. */
export function scriptNameOf(scheduler: SchedulerName, kind: ScriptKind = 'consumer'): string {
  return `${kind}.${scheduler}`;
}

export function readShippedScript(scheduler: SchedulerName, kind: ScriptKind = 'consumer'): string {
  return readFileSync(join(findPackageRoot(), 'scheduler-scripts', scriptNameOf(scheduler, kind)), 'utf8');
}

/** This oact, as a node calls it. */
export function programPath(): string {
  return join(findPackageRoot(), 'bin', 'oact.js');
}
