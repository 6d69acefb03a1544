import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';
import type { SchedulerName } from '../schedulers.ts';

/** `consumer.slurm`: the script's name in the package and in a campaign. */
export function scriptNameOf(scheduler: SchedulerName): string {
  return `consumer.${scheduler}`;
}

export function readShippedScript(scheduler: SchedulerName): string {
  return readFileSync(join(findPackageRoot(), 'scheduler-scripts', scriptNameOf(scheduler)), 'utf8');
}

/** This oact, as a node calls it. */
export function programPath(): string {
  return join(findPackageRoot(), 'bin', 'oact.js');
}
