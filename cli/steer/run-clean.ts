import type { Command } from 'commander';
import { checkJobDir } from '../../consumer/files/check-job-dir.ts';
import { judgeOutput } from '../../consumer/files/judge-output.ts';
import { OactError } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { clean, type CleanStep } from '../../producer/clean/clean.ts';
import type { ScratchKind } from '../../producer/clean/find-scratch.ts';
import { isCompletedOnDisk } from '../../reconciler/find-evidence.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { listFinished } from '../../workflow/records/list-finished.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { idsOf } from '../flags/record-ids.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { renderCleaned } from './render-clean.ts';
import { exitCodeOf } from '../serve/run-recover.ts';

/** Flags of `oact clean`. */
export interface CleanFlags {
  ids?: IdRange[];
  keepBasis?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  verbose?: boolean;
  json?: boolean;
}

export async function runClean(command: Command, args: IdRange[], flags: CleanFlags): Promise<void> {
  const campaign = campaignOf(command);
  const isDryRun = flags.yes !== true || flags.dryRun === true;
  // The table is not changed either way.
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const stop = listenForStop();
  const kinds: ScratchKind[] = flags.keepBasis === true ? ['scratch'] : ['scratch', 'basis'];
  try {
    const chosen = listFinished(workflow, {
      statuses: ['completed'],
      ids: idsOf(args, flags.ids),
      classes: null,
      node: null,
      error: null,
      failCountBelow: null,
    });
    if (chosen.length === 0) throw new OactError('NOTHING_TO_DO', 'no completed record is selected');
    const bar = startProgressBar(isDryRun ? 'look' : 'clean', chosen.length, flags.json === true);
    let done = 0;
    const steps = await clean(workflow, chosen, {
      jobDirOf: createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern),
      isBelowRoot: (jobDir) => isBelow(jobDir, campaign.jobRoot),
      isConfirmed: (jobDir, record) =>
        isCompletedOnDisk(jobDir, { ...record, campaignId: campaign.config.campaign }, (path) =>
          judgeOutput(path, campaign.config),
        ),
      kinds,
      isDryRun,
      signal: stop.drain,
      onProgress: (count) => bar.update((done += count)),
    }).finally(() => bar.stop());
    if (flags.json === true)
      printJson({ dryRun: isDryRun, chosen: chosen.length, ...sumOf(steps), records: steps });
    else {
      const isVerbose = flags.verbose === true;
      const namesOf = (ids: readonly number[]): ReadonlyMap<number, string> => loadNames(workflow, ids);
      print(renderCleaned(steps, { chosen: chosen.length, isDryRun, isVerbose, namesOf }));
    }
    if (stop.drain.aborted) process.exitCode = exitCodeOf(stop.drain);
    else if (steps.some(({ result }) => result === 'unreachable')) process.exitCode = 1;
  } finally {
    stop.dispose();
    workflow.close();
  }
}

function sumOf(steps: readonly CleanStep[]): { bytes: number; files: number } {
  return {
    bytes: steps.reduce((sum, { bytes }) => sum + bytes, 0),
    files: steps.reduce((sum, { files }) => sum + files, 0),
  };
}

async function isBelow(jobDir: string, jobRoot: string): Promise<boolean> {
  try {
    await checkJobDir(jobDir, jobRoot);
    return true;
  } catch (error) {
    if (error instanceof OactError && error.code === 'JOB_DIRECTORY_OUTSIDE') return false;
    throw error;
  }
}
