import type Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { checkInPlace } from './check-in-place.ts';
import { runTransaction } from './with-retry.ts';
import type { Workflow } from './workflow.ts';
import { findCampaignId } from '../schema/ensure-campaign-id.ts';

/**
 * Changes the database that is at its place, or nothing: the path must name the open file before the change and after
 * the commit, so that a caller that continues from here (and removes a job from Redis) knows that the change can be found.
 * @throws OactError DATABASE_REPLACED, and those of withRetry
 */
export function inTransaction<T>(workflow: Workflow, change: () => T): T {
  checkInPlace(workflow);
  const result = runTransaction(workflow, () => {
    checkCampaign(workflow.db, workflow);
    return change();
  });
  checkInPlace(workflow);
  return result;
}

/** Another database may have been copied over this one: the file is the same then, the campaign is not. */
function checkCampaign(db: Database.Database, { path, campaignId }: Workflow): void {
  const found = findCampaignId(db);
  if (found === campaignId) return;
  throw new OactError(
    'DATABASE_REPLACED',
    `the database of another campaign replaced '${path}': it is of ${found === undefined ? 'no campaign' : `campaign ${found}`}`,
    { hint: `Put the database of campaign ${campaignId} back and start again. oact wrote nothing.` },
  );
}
