import type { Command } from 'commander';
import type { Campaign } from '../../core/config/load-config.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import { findJobs, type JobRow, loadRows } from '../../workflow/lookup/search-jobs.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { cutToWidth, screenWidth } from '../terminal/cut-to-width.ts';
import { filterFromFlags, type SearchFlags } from '../flags/search-flags.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print } from '../terminal/print.ts';
import { printJsonList } from '../terminal/print-json-list.ts';
import { repeat } from '../terminal/repeat.ts';
import { describePage, renderJobList } from './render-job-list.ts';

/** Flags of `oact job list`. */
export interface JobListFlags extends SearchFlags {
  limit: number;
  offset: number;
  json?: boolean;
  watch?: boolean;
}

/** Rows that are held at a time: a list of all may have a million. */
const jsonAtOnce = 500;
/** Their columns are as wide as these need. */
const linesAtOnce = 5000;

function* loadInPieces(workflow: Workflow, ids: readonly number[], atOnce: number): Generator<JobRow[]> {
  for (const chunk of chunksOf(ids, atOnce)) yield loadRows(workflow, chunk);
}

/** Lists the records that match, once or every two seconds. Writes nothing, and needs no Redis. */
export async function runJobList(command: Command, flags: JobListFlags): Promise<void> {
  const campaign = campaignOf(command);
  await repeat(flags.watch === true, () => showJobList(campaign, flags));
}

function showJobList(campaign: Campaign, flags: JobListFlags): void {
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const { offset } = flags;
    const limit = flags.limit === 0 ? Number.MAX_SAFE_INTEGER : flags.limit;
    const { total, ids } = findJobs(workflow, {
      filter: filterFromFlags(flags),
      limit,
      offset,
      ...(flags.sort && { sort: flags.sort }),
    });
    const rowsOf = (atOnce: number): Iterable<JobRow[]> => loadInPieces(workflow, ids, atOnce);
    if (flags.json === true) return printJsonList({ total, offset }, 'records', rowsOf(jsonAtOnce));
    const width = screenWidth();
    let isFirst = true;
    for (const rows of rowsOf(linesAtOnce)) {
      const lines = renderJobList(rows, new Date()).map((line) => cutToWidth(line, width));
      print((isFirst ? lines : lines.slice(1)).join('\n'));
      isFirst = false;
    }
    process.stderr.write(`${describePage({ total, offset, shown: ids.length })}\n`);
  } finally {
    workflow.close();
  }
}
