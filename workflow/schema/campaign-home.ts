/** The database's own note of where it lies, and how a copy of it becomes another campaign's. */
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import { type CampaignHome, decideHome, lookAtHome, parseHome } from '../../core/campaign-home.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';
import { findCampaignId } from './ensure-campaign-id.ts';
import { checkPlainFile } from '../../core/plain-file.ts';

/** Whether this database is its campaign's own, and the place that the campaign claims. */
export function judgeHome(workflow: Workflow): {
  decided: ReturnType<typeof decideHome>;
  claimed: CampaignHome | undefined;
  here: CampaignHome | undefined;
} {
  const here = lookAtHome(workflow.path);
  const claimed = parseHome(readNote(workflow));
  if (here === undefined) return { decided: 'own', claimed, here };
  const there = claimed && lookAtHome(claimed.path);
  const isElsewhere = there !== undefined && (there.ino !== here.ino || there.dev !== here.dev);
  const isSameCampaign = isElsewhere && claimed ? peekCampaignId(claimed.path) === workflow.campaignId : null;
  return { decided: decideHome(claimed, here, { home: there, isSameCampaign }), claimed, here };
}

/** Notes where the database lies now. */
export function noteHome(workflow: Workflow, here: CampaignHome): void {
  inTransaction(workflow, () => writeMeta(workflow, 'home', JSON.stringify(here)));
}

/**
 * Gives a copied database an id of its own. What was open in the original is given back: its jobs run there.
 * The workflow must be opened again.
 * @param roots the job root of the original and of the copy
 * @returns the new id, and how many claims were given back
 */
export function makeOwnCampaign(
  workflow: Workflow,
  here: CampaignHome,
  roots: { from: string; to: string },
): { campaignId: string; released: number } {
  const campaignId = randomUUID().slice(0, 8);
  // Not inTransaction: that one guards the id which is changed here.
  const change = workflow.db.transaction(() => {
    workflow.db
      .prepare(
        `update structures set status = 'to_run', updated_at = current_timestamp where status = 'running'
         and id in (select record_id from oact_attempts where settled_at is null)`,
      )
      .run();
    const { changes } = workflow.db
      .prepare(
        `update oact_attempts set settled_at = ?, outcome = 'released', reason = 'the campaign was copied while this was open'
         where settled_at is null`,
      )
      .run(new Date().toISOString());
    workflow.db.prepare('delete from oact_cancellations').run();
    // They name the directories of the original, as whole paths.
    workflow.db
      .prepare(
        `update structures set job_dir = @to || substr(job_dir, length(@from) + 1)
         where substr(job_dir, 1, length(@from) + 1) = @from || '/'`,
      )
      .run(roots);
    writeMeta(workflow, 'campaign_id', campaignId);
    writeMeta(workflow, 'home', JSON.stringify(here));
    return changes;
  });
  return { campaignId, released: change.immediate() };
}

function readNote(workflow: Workflow): string | undefined {
  return workflow.db.prepare<[], string>(`select value from oact_meta where key = 'home'`).pluck().get();
}

function writeMeta(workflow: Workflow, key: string, value: string): void {
  workflow.db.prepare('insert or replace into oact_meta (key, value) values (?, ?)').run(key, value);
}

/** Undefined for what is no database of oact, or cannot be read. */
function peekCampaignId(path: string): string | undefined {
  try {
    checkPlainFile(path);
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      return findCampaignId(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
