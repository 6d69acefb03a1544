import type { ActionReport } from '../../board/server/board-ports.ts';
import { requeue, type RequeueStep } from '../../producer/steering/requeue.ts';
import { finishedStatuses, listFinished } from '../../workflow/records/list-finished.ts';
import type { ActionContext } from '../steer/action-context.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';

/** `oact requeue` of one record. */
export async function requeueFromBoard(
  { campaign, workflow }: ActionContext,
  recordId: number,
): Promise<ActionReport> {
  const records = listFinished(workflow, {
    statuses: finishedStatuses,
    ids: [{ from: recordId, to: recordId }],
    classes: null,
    node: null,
    error: null,
    failCountBelow: null,
  });
  const [step] = await requeue(workflow, records, {
    jobRoot: campaign.jobRoot,
    jobDirOf: createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern),
    unblock: false,
    resetFailCount: false,
    isDryRun: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return { isDone: step?.result === 'requeued', sentence: describeStep(recordId, step) };
}

const endings: Record<RequeueStep['result'], string> = {
  requeued: 'waits again; oact serve or oact enqueue puts it on the queue',
  blocked: 'is blocked by a marker, which oact requeue --unblock moves away',
  changed: 'was changed meanwhile; oact did nothing',
  unreachable: 'has a directory that oact cannot change',
};

function describeStep(recordId: number, step: RequeueStep | undefined): string {
  if (!step) return `Record ${recordId} has not ended, so it cannot be requeued.`;
  return `Record ${recordId} ${endings[step.result]}${step.reason === null ? '' : `: ${step.reason}`}.`;
}
