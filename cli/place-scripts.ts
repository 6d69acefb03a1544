import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../core/package-root.ts';

const scripts = ['consumer.slurm', 'consumer.flux'];
const byName = 'oact=${OACT:-oact}';

/**
 * Puts the scheduler scripts into a campaign, where a person edits them. They get the absolute path of this oact, so
 * that nodes find it without PATH. Scripts that are there stay.
 */
export function placeScripts(dir: string): void {
  const root = findPackageRoot();
  const program = join(root, 'bin', 'oact.js');
  for (const name of scripts) {
    const source = join(root, 'scheduler-scripts', name);
    const target = join(dir, name);
    if (existsSync(target)) continue;
    copyFileSync(source, target);
    // A path that a shell would read otherwise is left to PATH.
    if (!/^[\w./+-]+$/.test(program)) continue;
    writeFileSync(target, readFileSync(source, 'utf8').replace(byName, `oact=\${OACT:-${program}}`));
  }
}
