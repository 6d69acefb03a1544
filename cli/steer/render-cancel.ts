import type { CancelStep } from '../../producer/steering/cancel.ts';
import type { CancellableRecord } from '../../workflow/steering/list-cancellable.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { nameIds } from '../job/name-ids.ts';
import { renderTable } from '../terminal/print.ts';

/** The shape of `oact cancel --json`. */
export interface CancelReport {
  dryRun: boolean;
  chosen: number;
  reason: string;
  records: CancelStep[];
}

/** What is chosen, by where it is. */
export function renderToCancel(chosen: readonly CancellableRecord[], namesOf: NamesOf): string {
  const groups: [string, CancellableRecord[]][] = [
    ['waits in the table', chosen.filter(({ status }) => status === 'to_run')],
    ['queued or running', chosen.filter(({ attempt }) => attempt !== null)],
    ["another tool's", chosen.filter(({ status, attempt }) => status === 'running' && attempt === null)],
  ];
  const rows = groups
    .filter(([, group]) => group.length > 0)
    .map(([words, group]) => [
      words,
      group.length,
      nameIds(
        group.map(({ id }) => id),
        namesOf,
      ),
    ]);
  return renderTable(['where', 'records', 'ids and names'], rows, [1]);
}

const words: Record<CancelStep['result'], string> = {
  cancelled: 'cancelled',
  asked: 'asked to stop: their consumers are notified within 10 s, and report when the jobs have stopped',
  finished: 'already have a result, which counts',
  pending: 'to be cancelled when Redis is back',
  changed: 'ended meanwhile and were not changed',
  foreign: 'are run by another tool and were not changed',
};

export function renderCancelled(
  { chosen, records }: CancelReport,
  isWaiting: boolean,
  namesOf: NamesOf,
): string {
  const kinds: CancelStep['result'][] = ['cancelled', 'asked', 'finished', 'pending', 'changed', 'foreign'];
  const lines = kinds.flatMap((kind) => {
    const ids = records.filter(({ result }) => result === kind).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${ids.length} ${words[kind]}: ${nameIds(ids, namesOf)}`];
  });
  if (records.length < chosen) lines.push(`Stopped: ${chosen - records.length} not checked.`);
  if (isWaiting) return lines.join('\n');
  lines.push('To run them again: oact requeue --class cancelled');
  return lines.join('\n');
}
