import type { Campaign } from '../core/load-config.ts';
import type { ActionReport, BoardActions } from '../infra/board/board-ports.ts';
import { requeue, type RequeueStep } from '../producer/requeue.ts';
import { finishedStatuses, listFinished } from '../workflow/list-finished.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { createJobDirFinder } from './find-job-dirs.ts';
import { openCampaignWorkflow } from './open-campaign.ts';

/**
 * The buttons of a board that is allowed to act: the same verbs as the commands, each with a connection of its own that may
 * write, for as long as it takes. The pages themselves never can.
 */
export function createBoardActions(campaign: Campaign): BoardActions {
  return {
    requeue: (recordId) => withWorkflow(campaign, (workflow) => requeueOne(campaign, workflow, recordId)),
  };
}

async function withWorkflow<T>(campaign: Campaign, act: (workflow: Workflow) => Promise<T>): Promise<T> {
  const workflow = openCampaignWorkflow(campaign);
  try {
    return await act(workflow);
  } finally {
    workflow.close();
  }
}

async function requeueOne(campaign: Campaign, workflow: Workflow, recordId: number): Promise<ActionReport> {
  const records = listFinished(workflow, {
    statuses: finishedStatuses,
    ids: [{ from: recordId, to: recordId }],
    classes: null,
    node: null,
    error: null,
    failCountBelow: null,
  });
  const [step] = await requeue(workflow, records, {
    jobDirOf: createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern),
    unblock: false,
    resetFailCount: false,
    isDryRun: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return { isDone: step?.result === 'requeued', sentence: describeStep(recordId, step) };
}

function describeStep(recordId: number, step: RequeueStep | undefined): string {
  switch (step?.result) {
    case undefined:
      return `Record ${recordId} has not come to an end, so it cannot be requeued.`;
    case 'requeued':
      return `Record ${recordId} waits to be enqueued again: oact serve does it by itself, else oact enqueue.`;
    case 'blocked':
      return `Record ${recordId} is blocked by a marker: ${step.reason ?? 'no reason given'}. oact requeue --unblock takes it away.`;
    case 'changed':
      return `Something else was done with record ${recordId} meanwhile; nothing was changed.`;
    case 'unreachable':
      return `The directory of record ${recordId} cannot be changed: ${step.reason ?? 'unknown reason'}.`;
  }
}
