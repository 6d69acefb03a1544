import { resultPathOf } from '../core/job-dir/job-layout.ts';
import { type JobResult, parseResultText } from '../core/job/result.ts';
import { readPlainFile } from '../core/plain-file.ts';

/** The published result of exactly this attempt; undefined when there is none, another's, or one that cannot be read. */
export async function readPublished(
  jobDir: string,
  expected: { campaignId: string; recordId: number; attempt: number },
): Promise<JobResult | undefined> {
  const path = resultPathOf(jobDir, expected.attempt);
  try {
    const result = parseResultText(await readPlainFile(path), path);
    const { campaignId, recordId, attempt } = result;
    const isExpected =
      campaignId === expected.campaignId && recordId === expected.recordId && attempt === expected.attempt;
    return isExpected ? result : undefined;
  } catch {
    return undefined;
  }
}
