import { describePutOff } from '../../core/waiting/put-off.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { listPutOff } from '../../infra/redis/list-put-off.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { countByStatus, type StatusCounts } from '../../workflow/reports/count-by-status.ts';
import { countRun } from '../../workflow/reports/count-run.ts';
import { listOpenAttempts } from '../../workflow/attempts/list-open-attempts.ts';
import { countWaiting } from '../../workflow/records/count-waiting.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { readPause } from '../../workflow/steering/pause.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { OpenQueue } from '../redis/open-queue.ts';
import type { RunProgress } from '../terminal/progress-line.ts';
import type { RunFacts } from './decide-run-end.ts';
import type { KeepTotals } from './keep-campaign.ts';

/** What one `oact run` works on: remembered when it begins, read while it works and when it ends. */
export interface RunWatch {
  progress(totals: Pick<KeepTotals, 'leftOut'> | null): Promise<RunProgress>;
  /** How the records of this run ended. */
  facts(totals: KeepTotals, isStopped: boolean): RunFacts;
}

/** @param selection what this run enqueues */
export function watchRun(workflow: Workflow, redis: OpenQueue['redis'], selection: Selection): RunWatch {
  const openAtStart = listAllOpen(workflow);
  const start = countByStatus(workflow);
  const waitingAtStart = countWaiting(workflow, selection.ids);
  const chosen = (leftOut: number): number =>
    openAtStart.length + Math.max(0, Math.min(selection.batchSize, waitingAtStart - leftOut));
  return {
    progress: async (totals) => {
      const now = countByStatus(workflow);
      return {
        selected: chosen(sumRecords(totals?.leftOut ?? [])),
        ...countEnded(start, now),
        ...(await askQueue(workflow, redis).catch(() => ({ claimed: null, waitsFor: null }))),
      };
    },
    facts: (totals, isStopped) => {
      const leftOut = sumRecords(totals.leftOut);
      const waiting = countWaiting(workflow, null);
      const ofThisRun = Math.max(0, countWaiting(workflow, selection.ids) - leftOut);
      const unclaimed = isStopped
        ? Math.min(ofThisRun, Math.max(0, selection.batchSize - totals.queued - totals.refused))
        : 0;
      const counts = countRun(workflow, { batchId: totals.batchId, openAtStart });
      return {
        counts,
        unfinished: listAllOpen(workflow).length,
        unclaimed,
        leftOut: totals.leftOut,
        notSelected: Math.max(0, waiting - leftOut - unclaimed),
        names: loadNames(
          workflow,
          counts.endings.flatMap(({ examples }) => examples),
        ),
      };
    },
  };
}

const sumRecords = (leftOut: KeepTotals['leftOut']): number =>
  leftOut.reduce((sum, { records }) => sum + records, 0);

/** Nobody else ends records meanwhile: this run has the lock. */
function countEnded(
  start: StatusCounts,
  now: StatusCounts,
): Pick<RunProgress, 'completed' | 'failed' | 'timedOut'> {
  const since = (status: 'completed' | 'failed' | 'timeout'): number =>
    Math.max(0, now[status] - start[status]);
  return { completed: since('completed'), failed: since('failed'), timedOut: since('timeout') };
}

async function askQueue(
  workflow: Workflow,
  redis: OpenQueue['redis'],
): Promise<Pick<RunProgress, 'claimed' | 'waitsFor'>> {
  const { waiting, delayed, active, completed, failed } = await countQueue(redis, workflow.campaignId);
  const claimed = { running: active, queued: waiting, putOff: delayed, toSettle: completed + failed };
  const pause = readPause(workflow);
  if (pause !== null)
    return { claimed, waitsFor: `paused${pause.reason === null ? '' : ` (${pause.reason})`}: oact resume` };
  const [next] = delayed > 0 ? await listPutOff(redis, workflow.campaignId, 1) : [];
  return { claimed, waitsFor: next === undefined ? null : describePutOff(next, new Date()) };
}

function listAllOpen(workflow: Workflow): number[] {
  const ids: number[] = [];
  for (let page = listOpenAttempts(workflow); page.length > 0;) {
    ids.push(...page.map(({ recordId }) => recordId));
    page = listOpenAttempts(workflow, { after: page.at(-1) });
  }
  return ids;
}
