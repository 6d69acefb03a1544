import type { CancelStep } from '../../producer/steering/cancel.ts';
import type { CancellableRecord } from '../../workflow/steering/list-cancellable.ts';
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
export function renderToCancel(chosen: readonly CancellableRecord[]): string {
  const groups: [string, CancellableRecord[]][] = [
    ['waits in the table', chosen.filter(({ status }) => status === 'to_run')],
    ['queued or running', chosen.filter(({ attempt }) => attempt !== null)],
    ["another tool's", chosen.filter(({ status, attempt }) => status === 'running' && attempt === null)],
  ];
  const rows = groups
    .filter(([, group]) => group.length > 0)
    .map(([words, group]) => [words, group.length, nameIds(group.map(({ id }) => id))]);
  return renderTable(['where', 'records', 'ids'], rows, [1]);
}

const words: Record<CancelStep['result'], string> = {
  cancelled: 'cancelled',
  asked: 'told to stop: their consumers hear of it within 10 s, and answer when nothing of them runs',
  finished: 'have a result already, which counts',
  pending: 'to be cancelled when Redis is back',
  changed: 'came to another end meanwhile and were left alone',
  foreign: 'run for another tool and were left alone',
};

export function renderCancelled({ chosen, records }: CancelReport, isWaiting: boolean): string {
  const kinds: CancelStep['result'][] = ['cancelled', 'asked', 'finished', 'pending', 'changed', 'foreign'];
  const lines = kinds.flatMap((kind) => {
    const ids = records.filter(({ result }) => result === kind).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${ids.length} ${words[kind]}: ${nameIds(ids)}`];
  });
  if (records.length < chosen) lines.push(`Stopped: ${chosen - records.length} not looked at.`);
  if (isWaiting) return lines.join('\n');
  lines.push('oact requeue --class cancelled lets them wait again.');
  return lines.join('\n');
}
