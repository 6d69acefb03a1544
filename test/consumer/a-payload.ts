import type { JobPayload } from '../../core/job/payload.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import type { BatchOptions } from '../../producer/batch-options.ts';
import { buildJob, planJob } from '../../producer/plan-job.ts';

export const campaignId = '0a1b2c3d';

export function aBatch(jobRoot: string, changes: Partial<BatchOptions> = {}): BatchOptions {
  return {
    recipe: parseRecipeOptions({}),
    jobRoot,
    jobDirPattern: 'job_{id}',
    reroot: false,
    lane: 'default',
    timeLimitSeconds: 3600,
    timeRequestSeconds: 0,
    ...changes,
  };
}

/** A job of uranyl, as the producer builds it for this record. */
export function aJob(
  jobRoot: string,
  recordId = 1,
  changes: Partial<BatchOptions> = {},
): { name: string; data: JobPayload; jobId: string } {
  const batch = aBatch(jobRoot, changes);
  const plan = planJob(
    {
      id: recordId,
      name: null,
      origIndex: recordId - 1,
      charge: 2,
      multiplicity: 1,
      geometry: 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76',
      jobDir: null,
      failCount: 0,
      status: 'to_run',
    },
    batch,
  );
  if (plan.kind !== 'job') throw new Error(plan.reason);
  return buildJob(plan, 1, campaignId, batch);
}

export function aPayload(changes: Partial<JobPayload> = {}): JobPayload {
  return { ...aJob('/shared/jobs').data, ...changes };
}
