import type { Command } from 'commander';
import { formatDuration } from '../../core/config/duration.ts';
import type { AllocationRow } from '../../workflow/allocations/allocations.ts';
import { listUsed, type UsedAllocation } from '../../workflow/allocations/list-used.ts';
import { print, printJson, renderTable } from '../terminal/print.ts';
import { look } from './allocation-round.ts';
import { withAllocations } from './open-allocations.ts';

/** Flags of `oact alloc list`. */
export interface AllocListFlags {
  all?: boolean;
  json?: boolean;
}

const dayMs = 86_400_000;

export async function runAllocList(command: Command, flags: AllocListFlags): Promise<void> {
  await withAllocations(command, { readOnly: false }, async (open) => {
    await look(open);
    const since = flags.all === true ? new Date(0) : new Date(open.now.getTime() - dayMs);
    const rows = listUsed(open.workflow, since, open.now);
    if (flags.json === true) return printJson(rows);
    if (rows.length === 0)
      return print(
        'No allocation is known: none was submitted or seen within a day. oact alloc explain says why.',
      );
    print(renderAllocations(rows, open.now));
  });
}

const hours = (seconds: number | null): string | null =>
  seconds === null ? null : (seconds / 3600).toFixed(2);

/** Pure. */
function renderAllocations(rows: readonly UsedAllocation[], now: Date): string {
  return renderTable(
    [
      'id',
      'allocation',
      'entry',
      'state',
      'nodes',
      'slots',
      'time',
      'done',
      'core-hours',
      'idle',
      'what the scheduler says',
    ],
    rows.map((row) => [
      row.id,
      row.allocationId,
      row.entry ?? 'by hand',
      row.state === 'running' && row.cancelledAt !== null ? 'cancelled' : row.state,
      row.nodes,
      row.slots,
      timeOf(row, now),
      row.attempts,
      hours(row.coreSeconds),
      hours(row.idleCoreSeconds),
      row.verdict ?? row.words,
    ]),
    [0, 4, 5, 7, 8, 9],
  );
}

function timeOf({ state, submittedAt, startEstimate, endsAt, endedAt }: AllocationRow, now: Date): string {
  const span = (text: string): string =>
    formatDuration(Math.round(Math.abs(now.getTime() - Date.parse(text)) / 1000));
  if (state === 'ended') return endedAt === null ? '' : `ended ${span(endedAt)} ago`;
  if (state === 'running') return endsAt === null ? '' : `ends in ${span(endsAt)}`;
  const estimate = startEstimate === null ? '' : `, starts in about ${span(startEstimate)}`;
  return `pending for ${span(submittedAt)}${estimate}`;
}
