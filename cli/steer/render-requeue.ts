import type { RequeueStep } from '../../producer/steering/requeue.ts';
import type { FinishedRecord } from '../../workflow/records/list-finished.ts';
import { nameRecord, type NamesOf } from '../../core/job/name-record.ts';
import { nameIds } from '../job/name-ids.ts';
import { paintStatus, renderTable } from '../terminal/print.ts';

/** Records that are named with their reason. */
const namedRecords = 10;

/** What is chosen, by status and class, most first. @param capped how many the configured cap will keep from running */
export function renderChosen(chosen: readonly FinishedRecord[], capped: number, namesOf: NamesOf): string {
  const groups = new Map<string, FinishedRecord[]>();
  for (const record of chosen) {
    const key = `${record.status} ${record.class ?? ''}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  const rows = [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .map((group) => [
      paintStatus(group[0]?.status ?? ''),
      group[0]?.class ?? null,
      group.length,
      nameIds(
        group.map(({ id }) => id),
        namesOf,
      ),
    ]);
  const table = renderTable(['status', 'class', 'records', 'ids and names'], rows, [2]);
  if (capped === 0) return table;
  const words = capped === 1 ? '1 of them has' : `${capped} of them have`;
  return `${table}\n${words} failed as often as job.maxFailCount allows and cannot run without --reset-fail-count`;
}

export function renderRequeued(
  steps: readonly RequeueStep[],
  chosen: number,
  isDryRun: boolean,
  namesOf: NamesOf,
): string {
  const idsOf = (result: RequeueStep['result']): number[] =>
    steps.filter((step) => step.result === result).map(({ id }) => id);
  const lines = [
    isDryRun
      ? `${idsOf('requeued').length} would be requeued. Nothing was changed (--dry-run).`
      : `${idsOf('requeued').length} requeued; oact enqueue, serve or run takes them.`,
  ];
  const tell = (ids: readonly number[], words: string): void => {
    if (ids.length > 0) lines.push(`${ids.length} ${words}: ${nameIds(ids, namesOf)}`);
  };
  tell(idsOf('blocked'), 'blocked by a marker .do_not_rerun.json (use --unblock)');
  tell(idsOf('changed'), 'changed meanwhile, not touched');
  const unreachable = steps.filter(({ result }) => result === 'unreachable').slice(0, namedRecords);
  const names = namesOf(unreachable.map(({ id }) => id));
  for (const step of unreachable)
    lines.push(`record ${nameRecord(step.id, names.get(step.id))} not requeued: ${step.reason}`);
  if (steps.length < chosen) lines.push(`Stopped: ${chosen - steps.length} not checked.`);
  return lines.join('\n');
}
