import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { type OpenOptions, openWorkflow } from '../../workflow/database/open-workflow.ts';
import { unadoptedCampaignId, type Workflow } from '../../workflow/database/workflow.ts';

/**
 * Opens the campaign's database and checks that it is the one that `oact.yaml` was made for: jobs in the queue and
 * results on disk carry the campaign id.
 * @throws OactError CAMPAIGN_MISMATCH and those of openWorkflow
 */
export function openCampaignWorkflow(
  campaign: Campaign,
  options: Pick<OpenOptions, 'readOnly' | 'tries'> = {},
): Workflow {
  const workflow = openWorkflow(campaign.databasePath, options);
  const expected = campaign.config.campaign;
  if (workflow.campaignId === expected || workflow.campaignId === unadoptedCampaignId) return workflow;
  workflow.close();
  throw new OactError(
    'CAMPAIGN_MISMATCH',
    `${campaign.databasePath} belongs to campaign ${workflow.campaignId}, but ${campaign.dir}/oact.yaml says ${expected}`,
    {
      hint: `If the database was put there on purpose, write 'campaign: "${workflow.campaignId}"' into oact.yaml. If it is an older copy of this campaign's own database: oact recover --restore-id.`,
    },
  );
}
