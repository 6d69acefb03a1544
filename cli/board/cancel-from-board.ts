import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import type { ActionReport } from '../../board/server/board-ports.ts';
import { cancel, type CancelStep } from '../../producer/steering/cancel.ts';
import { cancellableStatuses, listCancellable } from '../../workflow/steering/list-cancellable.ts';
import { type ActionContext, withAway } from '../steer/action-context.ts';
import { userName } from '../steer/user-name.ts';

/** `oact cancel` of one record. */
export async function cancelFromBoard(
  { workflow, tried }: ActionContext,
  recordId: number,
  where: string,
): Promise<ActionReport> {
  const records = listCancellable(workflow, {
    ids: [{ from: recordId, to: recordId }],
    statuses: cancellableStatuses,
  });
  const [step] = await cancel(workflow, tried.open, records, {
    lane: defaultLane,
    reason: `by ${userName()}, ${where}`,
    noticeSeconds,
  });
  const isDone = step !== undefined && !['changed', 'foreign', 'finished'].includes(step.result);
  return { isDone, sentence: withAway(describeStep(recordId, step), tried) };
}

const endings: Record<CancelStep['result'], string> = {
  cancelled: 'is cancelled: it will not run',
  asked: 'is running; its consumer stops it within a minute',
  pending: 'is cancelled when Redis is back',
  finished: 'already has a result, which counts',
  changed: 'ended meanwhile',
  foreign: 'is run by another tool; oact cannot stop it',
};

function describeStep(recordId: number, step: CancelStep | undefined): string {
  return `Record ${recordId} ${step ? endings[step.result] : 'neither waits nor runs, so there is nothing to cancel'}.`;
}
