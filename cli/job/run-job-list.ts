import type { Command } from 'commander';
import type { Campaign } from '../../core/config/load-config.ts';
import { searchJobs } from '../../workflow/lookup/search-jobs.ts';
import { cutToWidth, screenWidth } from '../terminal/cut-to-width.ts';
import { filterFromFlags, type SearchFlags } from '../flags/search-flags.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { repeat } from '../terminal/repeat.ts';
import { describePage, renderJobList } from './render-job-list.ts';

/** Flags of `oact job list`. */
export interface JobListFlags extends SearchFlags {
  limit: number;
  offset: number;
  json?: boolean;
  watch?: boolean;
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
    const { total, rows } = searchJobs(workflow, {
      filter: filterFromFlags(flags),
      limit,
      offset,
      ...(flags.sort && { sort: flags.sort }),
    });
    if (flags.json === true) return printJson({ total, offset, records: rows });
    const width = screenWidth();
    if (rows.length > 0)
      print(
        renderJobList(rows, new Date())
          .map((line) => cutToWidth(line, width))
          .join('\n'),
      );
    process.stderr.write(`${describePage({ total, offset, shown: rows.length })}\n`);
  } finally {
    workflow.close();
  }
}
