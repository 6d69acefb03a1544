import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { requeue, type RequeueStep } from '../../producer/steering/requeue.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import {
  type FinishedFilter,
  type FinishedRecord,
  type FinishedStatus,
  finishedStatuses,
  listFinished,
} from '../../workflow/records/list-finished.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { askYes } from '../terminal/ask-yes.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { idsOf } from '../flags/record-ids.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { renderChosen, renderRequeued } from './render-requeue.ts';

/** Flags of `oact requeue`. */
export interface RequeueFlags {
  status?: string[];
  class?: string[];
  ids?: IdRange[];
  node?: string;
  error?: string;
  maxRetries?: number;
  resetFailCount?: boolean;
  unblock?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function runRequeue(command: Command, args: IdRange[], flags: RequeueFlags): Promise<void> {
  const filter = filterOf(args, flags);
  const campaign = campaignOf(command);
  const isDryRun = flags.dryRun ?? false;
  const workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  const namesOf: NamesOf = (ids) => loadNames(workflow, ids);
  const stop = listenForStop();
  try {
    const chosen = listFinished(workflow, filter);
    if (chosen.length === 0) {
      throw new OactError('NOTHING_TO_DO', 'no finished record is selected', {
        hint: 'oact status counts the records by status.',
      });
    }
    const capped = countCapped(chosen, campaign, flags);
    if (flags.json !== true) print(renderChosen(chosen, capped, namesOf));
    if (!isDryRun && flags.yes !== true) await confirm(chosen);
    const bar = startProgressBar('requeue', chosen.length, flags.json === true);
    let done = 0;
    const steps = await requeue(workflow, chosen, {
      jobRoot: campaign.jobRoot,
      jobDirOf: createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern),
      unblock: flags.unblock ?? false,
      resetFailCount: flags.resetFailCount ?? false,
      isDryRun,
      signal: stop.drain,
      onProgress: (count) => bar.update((done += count)),
    }).finally(() => bar.stop());
    report(steps, chosen.length, flags, namesOf);
  } finally {
    stop.dispose();
    workflow.close();
  }
}

const isFinished = (status: string): status is FinishedStatus =>
  finishedStatuses.some((known) => known === status);

/** @throws OactError USAGE on a status that no finished record has */
function filterOf(args: IdRange[], flags: RequeueFlags): FinishedFilter {
  const wanted = flags.status ?? ['failed', 'timeout'];
  const unknown = wanted.find((status) => !isFinished(status));
  if (unknown !== undefined) {
    throw new OactError('USAGE', `'${unknown}' is not a status of a finished record`, {
      hint: `Known: ${finishedStatuses.join(', ')}. For running records, use oact cancel.`,
    });
  }
  return {
    statuses: wanted.filter(isFinished),
    ids: idsOf(args, flags.ids),
    classes: flags.class ?? null,
    node: flags.node ?? null,
    error: flags.error ?? null,
    failCountBelow: flags.maxRetries ?? null,
  };
}

/** Records that the configured cap keeps from being enqueued all the same. */
function countCapped(
  chosen: readonly FinishedRecord[],
  campaign: Campaign,
  { resetFailCount }: RequeueFlags,
): number {
  const { maxFailCount } = campaign.config.job;
  if (maxFailCount === null || resetFailCount === true) return 0;
  return chosen.filter(({ failCount }) => failCount >= maxFailCount).length;
}

/** @throws OactError USAGE when nobody says yes */
async function confirm(chosen: readonly FinishedRecord[]): Promise<void> {
  const results = chosen.filter(({ status }) => status === 'completed').length;
  const loss =
    results > 0 ? ` ${results} results are removed from the table; their files stay in attempt-N/.` : '';
  if (
    await askYes(`Requeue ${chosen.length === 1 ? 'this record' : `these ${chosen.length} records`}?${loss}`)
  )
    return;
  throw new OactError('USAGE', 'nothing was requeued', { hint: 'To confirm without a terminal, add --yes.' });
}

function report(steps: readonly RequeueStep[], chosen: number, flags: RequeueFlags, namesOf: NamesOf): void {
  const isDryRun = flags.dryRun ?? false;
  if (flags.json === true) printJson({ dryRun: isDryRun, chosen, records: steps });
  else print(renderRequeued(steps, chosen, isDryRun, namesOf));
  if (steps.length < chosen || steps.some(({ result }) => result === 'unreachable')) process.exitCode = 1;
}
