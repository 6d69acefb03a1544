import { judgeOutput } from '../../consumer/files/judge-output.ts';
import { finishPublishing } from '../../consumer/files/publish-result.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { Logger } from '../../core/logger.ts';
import { mendRecords } from '../../reconciler/mend-records.ts';
import type { RecordSources } from '../../reconciler/recover-records.ts';
import type { RecoveryStep } from '../../reconciler/recover-report.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';

/** Completed records that one audit asks for their energy: 10 MB of geometry or so, of records of a hundred atoms. */
const looksAt = 1000;
/** Records that a log line names. */
const namedIds = 5;

/** Where the files of a campaign's records are, and what their outputs say. */
export function sourcesOf({ jobRoot, config }: Campaign): RecordSources {
  const { jobDirPattern } = config;
  const jobDirOf = createJobDirFinder(jobRoot, jobDirPattern);
  return {
    jobDirOf,
    judgeOutput: (path) => judgeOutput(path, config),
    hasOwnDirs: jobDirPattern.includes('{id}'),
  };
}

/**
 * The part of the regular audit that concerns records at rest: what another tool has changed for the worse gets back what oact
 * knows. One log line for all.
 * @returns what was changed
 */
export async function mendCampaign(
  campaign: Campaign,
  workflow: Workflow,
  log: Logger,
): Promise<RecoveryStep[]> {
  const steps: RecoveryStep[] = [];
  await mendRecords(
    workflow,
    sourcesOf(campaign),
    {
      campaignId: workflow.campaignId,
      isDryRun: false,
      signal: new AbortController().signal,
      // What is left to a user is named by oact recover, not each minute.
      onStep: (step) => void (step.kind === 'left' ? undefined : steps.push(step)),
      onProgress: () => undefined,
      finishFiles: finishPublishing,
    },
    looksAt,
  );
  if (steps.length > 0)
    log.warn(
      { count: steps.length, records: steps.slice(0, namedIds) },
      'another tool changed records without an open attempt: oact restored the outcome of their newest attempt',
    );
  return steps;
}
