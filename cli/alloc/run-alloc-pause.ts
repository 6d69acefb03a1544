import type { Command } from 'commander';
import { tidyReason } from '../../core/job/cancellation.ts';
import { changeEntry, readEntry } from '../../workflow/allocations/entries.ts';
import { print, printJson } from '../terminal/print.ts';
import { withAllocations } from './open-allocations.ts';
import { chooseEntries } from './open-entries.ts';
import { noEntries } from './run-alloc-explain.ts';

/** Flags of `oact alloc pause` and `oact alloc resume`. */
export interface AllocPauseFlags {
  reason?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** Whether `oact serve` submits for an entry. What runs or is pending is left alone. */
export async function runAllocPause(
  command: Command,
  isPause: boolean,
  names: string[],
  flags: AllocPauseFlags,
): Promise<void> {
  const isDryRun = flags.dryRun === true;
  await withAllocations(command, { readOnly: isDryRun }, async ({ entries, workflow, now }) => {
    const chosen = chooseEntries(entries, names).map(({ entry }) => entry.name);
    if (chosen.length === 0) throw noEntries();
    const changed = chosen.filter((name) => (readEntry(workflow, name).pausedAt !== null) !== isPause);
    const change = isPause
      ? {
          pausedAt: now.toISOString(),
          pausedBy: 'user' as const,
          pausedReason: flags.reason === undefined ? 'by a user' : tidyReason(flags.reason),
        }
      : {
          pausedAt: null,
          pausedBy: null,
          pausedReason: null,
          deaths: 0,
          refusals: 0,
          refusal: null,
          retryAt: null,
        };
    if (!isDryRun) for (const name of isPause ? changed : chosen) changeEntry(workflow, name, change);
    if (flags.json === true) return printJson({ dryRun: isDryRun, entries: chosen, changed });
    const done = isPause ? 'Paused' : 'Resumed';
    const words =
      changed.length === 0 ? `Nothing changes: ${chosen.join(', ')}.` : `${done}: ${changed.join(', ')}.`;
    print(isDryRun ? `${words} Nothing was changed (--dry-run).` : words);
  });
}
