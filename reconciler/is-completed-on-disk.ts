import { findEvidence, type JudgeOutput } from './find-evidence.ts';
import { readPublished } from './read-published.ts';

/**
 * Whether the job directory itself says that its record is completed: by the published result of its newest attempt, else by the newest
 * output that ORCA wrote there.
 */
export async function isCompletedOnDisk(
  jobDir: string,
  { id, attempt, campaignId }: { id: number; attempt: number; campaignId: string },
  judgeOutput: JudgeOutput,
): Promise<boolean> {
  const record = { campaignId, recordId: id };
  const published = attempt === 0 ? undefined : await readPublished(jobDir, { ...record, attempt });
  if (published) return published.outcome.kind === 'completed';
  const { result, output } = await findEvidence(jobDir, { ...record, lastAttempt: attempt }, judgeOutput);
  if (result) return false;
  return output?.kind === 'ended' && output.outcome.kind === 'completed';
}
