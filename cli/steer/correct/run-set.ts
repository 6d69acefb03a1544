import type { Command } from 'commander';
import { OactError } from '../../../core/errors.ts';
import { listenForStop } from '../../../core/stop-signal.ts';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../../campaign/open-campaign.ts';
import { loadNames } from '../../../workflow/names/load-names.ts';
import type { NamesOf } from '../../../core/job/name-record.ts';
import { nameIds } from '../../job/name-ids.ts';
import { exitSoon } from '../../terminal/exit-soon.ts';
import { printJson } from '../../terminal/print.ts';
import { applyCorrections, type Applied, type CorrectFlags, toJson } from './apply-corrections.ts';
import { checkSetUsage, type ValueFlags, wantedValuesOf } from './wanted-values.ts';

/** Flags of `oact set`. */
export interface SetFlags extends ValueFlags, CorrectFlags {}

export async function runSet(command: Command, args: IdRange[], flags: SetFlags): Promise<void> {
  const campaign = campaignOf(command);
  checkSetUsage(args, flags);
  const workflow = openCampaignWorkflow(campaign, { readOnly: flags.dryRun ?? false });
  const stop = listenForStop();
  try {
    const wanted = wantedValuesOf(workflow, args, flags);
    const context = { campaign, workflow, stop: stop.drain };
    report(await applyCorrections(context, wanted, flags), flags, (ids) => loadNames(workflow, ids));
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}

/** @throws OactError NOTHING_TO_DO when all values stand there already */
function report(applied: Applied, flags: SetFlags, namesOf: NamesOf): void {
  if (flags.json === true) printJson({ dryRun: flags.dryRun ?? false, ...toJson(applied) });
  if (applied.plans.some(({ kind }) => kind !== 'unchanged')) return;
  const ids = applied.plans.map(({ id }) => id);
  throw new OactError('NOTHING_TO_DO', 'nothing to change: the records already have these values', {
    hint: `Records: ${nameIds(ids, namesOf)}. To run them again anyway, use oact requeue.`,
  });
}
