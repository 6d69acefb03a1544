import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { print, printJson } from '../terminal/print.ts';
import { explainEntries } from './allocation-round.ts';
import { withAllocations } from './open-allocations.ts';
import { chooseEntries } from './open-entries.ts';

/** Says in two sentences per entry what `oact serve` would do now, and why. Changes nothing. */
export async function runAllocExplain(
  command: Command,
  names: string[],
  flags: { json?: boolean },
): Promise<void> {
  await withAllocations(command, { readOnly: true }, async (open) => {
    const entries = chooseEntries(open.entries, names);
    if (entries.length === 0) throw noEntries();
    const decisions = await explainEntries({ ...open, entries });
    if (flags.json === true) return printJson({ redis: open.redisAway, entries: decisions });
    if (open.redisAway !== null)
      print(`Redis does not answer (${open.redisAway}), so all claimed jobs are taken for waiting ones.`);
    print(decisions.map(({ entry, words }) => `${entry}: ${words}`).join('\n'));
  });
}

/** For commands that need an entry. */
export function noEntries(): OactError {
  return new OactError('NOTHING_TO_DO', 'oact.yaml has no allocations:, so oact serve submits nothing', {
    hint: 'docs/allocations.md shows an example of ten lines. By hand: sbatch consumer.slurm',
  });
}
