import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { median } from '../statistics.ts';

function timeNodeMs(args: string[]): number {
  const startedAtMs = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - startedAtMs;
}

/** What a user waits for before anything happens. */
export function measureStartUp(context: BenchContext): Promise<Measurement> {
  const count = context.isQuick ? 3 : 15;
  const empty = join(context.dir, 'empty.js');
  writeFileSync(empty, '');
  const help = [join(findPackageRoot(), 'bin', 'oact.js'), '--help'];
  const rounds = Array.from({ length: count }, () => ({
    floor: timeNodeMs([empty]),
    value: timeNodeMs(help),
  }));
  return Promise.resolve({
    figures: [
      {
        what: 'oact --help',
        unit: 'ms',
        value: median(rounds.map(({ value }) => value)),
        floor: { what: 'node with an empty file', value: median(rounds.map(({ floor }) => floor)) },
        target: { atMost: 3 },
      },
    ],
    notes: [`medians of ${count}, in turn`],
  });
}
