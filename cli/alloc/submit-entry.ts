/** Submits one allocation of an entry: written down first, so that a crash loses none and doubles none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../core/logger.ts';
import { submitScript } from '../../scheduler/allocations/ask-allocations.ts';
import { schedulers } from '../../scheduler/schedulers.ts';
import { renderScript } from '../../scheduler/script/render-script.ts';
import { programPath, readShippedScript } from '../../scheduler/script/shipped-scripts.ts';
import {
  beginAllocation,
  changeAllocations,
  discardAllocation,
} from '../../workflow/allocations/allocations.ts';
import { changeEntry, readEntry } from '../../workflow/allocations/entries.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { jobNameOf } from './compare-allocations.ts';
import type { EntryPlan } from './entry-plan.ts';

/** So many refusals in a row, that no waiting cures, pause an entry. */
const refusalsThatPause = 3;
const longestPauseSeconds = 3600;

export type SubmitResult = { allocationId: string } | { refused: string };

/** @param campaignDir where the script is submitted, and its log is written */
export async function submitEntry(
  { entry, scheduler, script }: EntryPlan,
  { workflow, campaignDir, log, now }: { workflow: Workflow; campaignDir: string; log: Logger; now: Date },
): Promise<SubmitResult> {
  const path = writeScript(campaignDir, `${entry.name}.${scheduler}`, scriptTextOf(script));
  const id = beginAllocation(
    workflow,
    { entry: entry.name, scheduler, nodes: script.nodes, walltimeSeconds: finite(script.walltimeSeconds) },
    now,
  );
  changeEntry(workflow, entry.name, { submittedAt: now.toISOString() });
  const name = jobNameOf(workflow.campaignId, id);
  const answer = await submitScript(schedulers[scheduler], path, { name, directory: campaignDir });
  if (answer.kind === 'submitted') {
    const { allocationId } = answer;
    changeAllocations(workflow, new Map([[id, { allocationId, state: 'pending' }]]));
    changeEntry(workflow, entry.name, { refusals: 0, refusal: null, retryAt: null });
    log.info({ allocation: allocationId, entry: entry.name, nodes: script.nodes }, 'allocation submitted');
    return { allocationId };
  }
  if (answer.kind === 'unknown') {
    log.warn(
      { entry: entry.name, words: answer.words },
      'the scheduler does not say whether it took the allocation',
    );
    return { refused: answer.words };
  }
  discardAllocation(workflow, id);
  noteRefusal({ workflow, log }, entry.name, { ...answer, intervalSeconds: entry.interval, now });
  return { refused: answer.words };
}

/** The whole script, as it is submitted. @throws OactError INTERNAL when the shipped script lacks a line */
export function scriptTextOf(script: EntryPlan['script']): string {
  return renderScript(readShippedScript(script.scheduler), script, programPath());
}

const finite = (seconds: number): number | null => (Number.isFinite(seconds) ? seconds : null);

function writeScript(campaignDir: string, file: string, text: string): string {
  const dir = join(campaignDir, '.oact', 'allocations');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, file), text);
  return join(dir, file);
}

/** A limit, or a scheduler that is away, only means to wait; what it will never grant pauses the entry. */
function noteRefusal(
  { workflow, log }: { workflow: Workflow; log: Logger },
  entry: string,
  refusal: { kind: 'limit' | 'unreachable' | 'refused'; words: string; intervalSeconds: number; now: Date },
): void {
  const { kind, words, intervalSeconds, now } = refusal;
  const before = readEntry(workflow, entry);
  const refusals = before.refusals + 1;
  const pauseSeconds = Math.min(longestPauseSeconds, intervalSeconds * 2 ** Math.min(refusals, 12));
  const isOver = kind === 'refused' && refusals >= refusalsThatPause;
  changeEntry(workflow, entry, {
    // An outage between two refusals of another kind does not end their row, and does not lengthen it.
    refusals: isOver ? 0 : refusals,
    refusal: words,
    retryAt: new Date(now.getTime() + pauseSeconds * 1000).toISOString(),
    ...(isOver && {
      pausedAt: now.toISOString(),
      pausedBy: 'oact' as const,
      pausedReason: `the scheduler refused ${refusals} submissions in a row: ${words}`,
    }),
  });
  const said = { entry, kind, words, retryInSeconds: pauseSeconds };
  if (isOver) log.warn({ entry, words }, 'no more allocations are submitted: the scheduler refuses them');
  else
    log.warn(said, kind === 'limit' ? 'the submit limit is reached' : 'the scheduler refused an allocation');
}
