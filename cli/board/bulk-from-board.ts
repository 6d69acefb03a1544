import type { Campaign } from '../../core/config/load-config.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import type { ActionReport, BulkPreview, BulkVerb } from '../../board/server/board-ports.ts';
import { cancel } from '../../producer/steering/cancel.ts';
import { prioritize } from '../../producer/steering/prioritize.ts';
import { requeue, type RequeueOptions } from '../../producer/steering/requeue.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { finishedStatuses, listFinished } from '../../workflow/records/list-finished.ts';
import { cancellableStatuses, listCancellable } from '../../workflow/steering/list-cancellable.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { nameIds } from '../job/name-ids.ts';
import { type ActionContext, withAway } from '../steer/action-context.ts';
import { renderCancelled, renderToCancel } from '../steer/render-cancel.ts';
import { renderChosen, renderRequeued } from '../steer/render-requeue.ts';
import { userName } from '../steer/user-name.ts';

/** Commands show this many ranges. */
const shownRanges = 12;

const listToRequeue = (workflow: Workflow, ids: readonly IdRange[]): ReturnType<typeof listFinished> =>
  listFinished(workflow, {
    statuses: finishedStatuses,
    ids,
    classes: null,
    node: null,
    error: null,
    failCountBelow: null,
  });

const requeueOptions = (campaign: Campaign, isDryRun: boolean): RequeueOptions => ({
  jobRoot: campaign.jobRoot,
  jobDirOf: createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern),
  unblock: false,
  resetFailCount: false,
  isDryRun,
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

/** What `oact requeue`, `cancel` or `priority` would say with `--dry-run`. */
export async function previewBulk(
  { campaign, workflow }: Pick<ActionContext, 'campaign' | 'workflow'>,
  verb: BulkVerb,
  ids: readonly IdRange[],
): Promise<BulkPreview> {
  const namesOf: NamesOf = (shown) => loadNames(workflow, shown);
  const list = ids.slice(0, shownRanges).map(({ from, to }) => (from === to ? from : `${from}-${to}`));
  const given = `${list.join(',')}${ids.length > shownRanges ? ',…' : ''}`;
  if (verb === 'requeue') {
    const chosen = listToRequeue(workflow, ids);
    const steps = await requeue(workflow, chosen, requeueOptions(campaign, true));
    const text =
      chosen.length === 0
        ? 'No finished record is among them.'
        : `${renderChosen(chosen, 0, namesOf)}\n${renderRequeued(steps, chosen.length, true, namesOf)}`;
    const count = steps.filter(({ result }) => result === 'requeued').length;
    return {
      count,
      text,
      command: `oact requeue --status failed,timeout,completed --ids ${given} --dry-run`,
    };
  }
  const statuses = verb === 'cancel' ? cancellableStatuses : (['to_run', 'running'] as const);
  const chosen = listCancellable(workflow, { ids, statuses });
  const none = 'No record among them waits or runs.';
  if (verb === 'cancel')
    return {
      count: chosen.length,
      text: chosen.length === 0 ? none : renderToCancel(chosen, namesOf),
      command: `oact cancel --ids ${given} --dry-run`,
    };
  return {
    count: chosen.length,
    text:
      chosen.length === 0
        ? none
        : `${chosen.length} would be moved: ${nameIds(
            chosen.map(({ id }) => id),
            namesOf,
          )}`,
    command: `oact priority --ids ${given} --${verb} --dry-run`,
  };
}

/** The same verbs as the commands. */
export async function actInBulk(
  context: ActionContext,
  verb: BulkVerb,
  ids: readonly IdRange[],
): Promise<ActionReport> {
  const { campaign, workflow, tried } = context;
  const namesOf: NamesOf = (shown) => loadNames(workflow, shown);
  const say = (isDone: boolean, text: string): ActionReport => ({
    isDone,
    sentence: withAway(text.replaceAll('\n', '; '), tried),
  });
  if (verb === 'requeue') {
    const chosen = listToRequeue(workflow, ids);
    const steps = await requeue(workflow, chosen, requeueOptions(campaign, false));
    return say(
      steps.some(({ result }) => result === 'requeued'),
      renderRequeued(steps, chosen.length, false, namesOf),
    );
  }
  if (verb === 'cancel') {
    const chosen = listCancellable(workflow, { ids, statuses: cancellableStatuses });
    const reason = `by ${userName()}, on the board`;
    const records = await cancel(workflow, tried.open, chosen, { lane: defaultLane, reason, noticeSeconds });
    return say(
      records.length > 0,
      renderCancelled({ dryRun: false, chosen: chosen.length, reason, records }, false, (shown) =>
        loadNames(workflow, shown),
      ),
    );
  }
  const report = await prioritize(workflow, tried.open?.redis ?? null, { ids, place: verb });
  return say(report.ids.length > 0, `${report.ids.length} records have level ${report.level} now.`);
}
