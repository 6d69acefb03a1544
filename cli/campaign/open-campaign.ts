import { copiedError } from '../../core/campaign-home.ts';
import { OactError } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { type OpenOptions, openWorkflow } from '../../workflow/database/open-workflow.ts';
import { judgeHome, noteHome } from '../../workflow/schema/campaign-home.ts';
import { type FollowedRoot, followJobRoot } from '../../workflow/records/follow-job-root.ts';
import { unadoptedCampaignId, type Workflow } from '../../workflow/database/workflow.ts';

/**
 * Opens the campaign's database and checks that it is the one that `oact.yaml` was made for: jobs in the queue and
 * results on disk carry the campaign id.
 * @throws OactError CAMPAIGN_MISMATCH, CAMPAIGN_COPIED and those of openWorkflow
 */
export function openCampaignWorkflow(
  campaign: Campaign,
  options: Pick<OpenOptions, 'readOnly' | 'tries'> = {},
): Workflow {
  const workflow = openWorkflow(campaign.databasePath, options);
  const expected = campaign.config.campaign;
  if (workflow.campaignId === expected || workflow.campaignId === unadoptedCampaignId) {
    if (options.readOnly === true) return workflow;
    claimHome(workflow);
    noteMoves(followJobRoot(workflow, campaign.jobRoot), campaign.jobRoot);
    return workflow;
  }
  workflow.close();
  throw new OactError(
    'CAMPAIGN_MISMATCH',
    `${campaign.databasePath} belongs to campaign ${workflow.campaignId}, but ${campaign.dir}/oact.yaml says ${expected}`,
    {
      hint: `If you put the database there on purpose, set 'campaign: "${workflow.campaignId}"' in oact.yaml. If it is an older copy of this campaign's own database, run oact recover --restore-id.`,
    },
  );
}

/**
 * Notes where the campaign's database lies, so that a copy of it is known.
 * @throws OactError CAMPAIGN_COPIED for a copy
 */
function claimHome(workflow: Workflow): void {
  try {
    const { decided, claimed, here } = judgeHome(workflow);
    if (decided === 'copy' && claimed) throw copiedError(workflow.path, claimed);
    if (decided === 'moved' && here) noteHome(workflow, here);
  } catch (error) {
    workflow.close();
    throw error;
  }
}

/**
 * For commands that use no database: refuses a copy, and lets every other trouble be met by those who need the database.
 * @throws OactError CAMPAIGN_COPIED
 */
export function refuseCopy(campaign: Campaign): void {
  let copied: OactError | undefined;
  try {
    const workflow = openWorkflow(campaign.databasePath, { readOnly: true, tries: 1 });
    const { decided, claimed } = judgeHome(workflow);
    workflow.close();
    if (decided === 'copy' && claimed) copied = copiedError(workflow.path, claimed);
  } catch {
    return;
  }
  if (copied) throw copied;
}

function noteMoves(moves: readonly FollowedRoot[], jobRoot: string): void {
  for (const { from, kind, directories } of moves)
    createLogger().warn(
      { from, jobRoot, directories },
      kind === 'moved'
        ? 'the job root has moved: the database and the queued jobs follow it'
        : 'jobRoot: now names another directory: queued jobs run there, finished ones stay where they are',
    );
}
