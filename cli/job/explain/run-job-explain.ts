import type { Command } from 'commander';
import { explainJob } from './explain-job.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../../campaign/open-campaign.ts';
import { print, printJson } from '../../terminal/print.ts';
import { readJobFacts } from './read-job-facts.ts';
import { resolveRecord } from '../resolve-record.ts';
import { readRecord } from '../read-record.ts';

/** Says why a job is not running, or how it ended and what to do. Writes nothing. */
export async function runJobExplain(
  command: Command,
  wanted: string,
  flags: { json?: boolean },
): Promise<void> {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const record = readRecord(workflow, resolveRecord(workflow, wanted));
    const { id, name } = record;
    const { state, text, next } = explainJob(await readJobFacts(campaign, workflow, record), new Date());
    if (flags.json === true) return printJson({ id, name, status: record.status, state, text, next });
    print(
      [
        `Record ${id}${name === null ? '' : ` (${name})`}: ${text.join(' ')}`,
        ...next.map((line) => `  ${line}`),
      ].join('\n'),
    );
  } finally {
    workflow.close();
  }
}
