import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { type AllocationRow, listAllocations } from '../../workflow/allocations/allocations.ts';
import { askYes } from '../terminal/ask-yes.ts';
import { print, printJson } from '../terminal/print.ts';
import { look } from './allocation-round.ts';
import { cancelRow } from './cancel-row.ts';
import { withAllocations } from './open-allocations.ts';

/** Flags of `oact alloc cancel`. */
export interface AllocCancelFlags {
  pending?: boolean;
  all?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function runAllocCancel(
  command: Command,
  ids: string[],
  flags: AllocCancelFlags,
): Promise<void> {
  if (ids.length === 0 && flags.pending !== true && flags.all !== true)
    throw new OactError('USAGE', 'name allocations, or add --pending or --all', {
      hint: 'oact alloc list shows them.',
    });
  const isDryRun = flags.dryRun === true;
  await withAllocations(command, { readOnly: isDryRun }, async (open) => {
    if (!isDryRun) await look(open);
    const chosen = choose(listAllocations(open.workflow), ids, flags);
    if (chosen.length === 0) throw new OactError('NOTHING_TO_DO', 'no open allocation is chosen');
    const names = chosen.map(({ id, allocationId }) => allocationId ?? `#${id}`);
    const running = chosen.filter(({ state }) => state === 'running').length;
    if (isDryRun) {
      if (flags.json === true) return printJson({ dryRun: true, chosen: names });
      return print(
        `Would cancel ${names.join(', ')} (${running} of them running). Nothing was changed (--dry-run).`,
      );
    }
    if (running > 0 && flags.yes !== true && flags.json !== true) {
      const question = `Cancel ${names.join(', ')}? What runs in ${running} of them goes back to the queue.`;
      if (!(await askYes(question)))
        throw new OactError('USAGE', 'nothing was cancelled', { hint: 'Without a terminal, add --yes.' });
    }
    const refused: string[] = [];
    for (const row of chosen) {
      const words = await cancelRow(open.workflow, row, {
        now: open.now,
        log: open.log,
        why: 'oact alloc cancel',
      });
      if (words !== null) refused.push(`${row.allocationId ?? `#${row.id}`}: ${words}`);
    }
    if (flags.json === true) printJson({ dryRun: false, cancelled: names.length - refused.length, refused });
    else print(`Cancelled: ${names.length - refused.length} of ${names.length}.`);
    if (refused.length > 0) throw new OactError('ALLOCATION_REFUSED', `not cancelled: ${refused.join('; ')}`);
  });
}

const isNamed = ({ id, allocationId }: AllocationRow, name: string): boolean =>
  name === allocationId || name === String(id) || name === `#${id}`;

/** @param ids of the scheduler, or `#` and the number of `oact alloc list`. @throws OactError USAGE for an unknown one */
function choose(
  open: readonly AllocationRow[],
  ids: readonly string[],
  flags: AllocCancelFlags,
): AllocationRow[] {
  const strange = ids.filter((name) => !open.some((row) => isNamed(row, name)));
  if (strange.length > 0)
    throw new OactError('USAGE', `no open allocation is called ${strange.join(', ')}`, {
      hint: 'oact alloc list shows them.',
    });
  return open.filter(
    (row) =>
      flags.all === true ||
      (flags.pending === true && row.state === 'pending') ||
      ids.some((name) => isNamed(row, name)),
  );
}
