import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { idRanges } from '../flags/parse-flags.ts';
import { resolveRecord } from './resolve-record.ts';

/**
 * The records that a user names as arguments: ids (`17`), ranges (`20-25`), lists (`1-10,17`) or names (`UCl4-7`).
 * @throws OactError RECORD_NOT_FOUND; USAGE when several records have a name
 */
export function recordsOf(command: Command, words: readonly string[]): IdRange[] {
  if (words.length === 0) return [];
  const workflow = openCampaignWorkflow(campaignOf(command), { readOnly: true });
  try {
    return words.flatMap((word) => rangesOf(workflow, word));
  } finally {
    workflow.close();
  }
}

function rangesOf(workflow: Workflow, word: string): IdRange[] {
  const ranges = tryIdRanges(word);
  const isSingle = ranges?.length === 1 && ranges[0]?.from === ranges[0]?.to;
  if (ranges !== undefined && !isSingle) return ranges;
  try {
    const id = resolveRecord(workflow, word);
    return [{ from: id, to: id }];
  } catch (error) {
    // An id that is not there is the command's to explain.
    if (ranges !== undefined && error instanceof OactError && error.code === 'RECORD_NOT_FOUND')
      return ranges;
    throw error;
  }
}

function tryIdRanges(word: string): IdRange[] | undefined {
  try {
    return idRanges(word);
  } catch {
    return undefined;
  }
}
