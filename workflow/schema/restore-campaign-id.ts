import { OactError } from '../../core/errors.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Gives a database that has lost oact's tables its campaign's id again: without it no result on disk would be known. Only while
 * oact has done no work in it, because attempts carry on under the id that they have. The workflow must be opened again.
 * @throws OactError CAMPAIGN_MISMATCH
 */
export function restoreCampaignId(workflow: Workflow, campaignId: string): void {
  inTransaction(workflow, () => {
    const attempts = workflow.db.prepare('select 1 from oact_attempts limit 1').get();
    if (attempts !== undefined) {
      throw new OactError(
        'CAMPAIGN_MISMATCH',
        `${workflow.path} has attempts of campaign ${workflow.campaignId}, so it cannot become ${campaignId}`,
        { hint: 'It is the database of another campaign. Put the right one in its place.' },
      );
    }
    workflow.db.prepare(`update oact_meta set value = ? where key = 'campaign_id'`).run(campaignId);
  });
}
