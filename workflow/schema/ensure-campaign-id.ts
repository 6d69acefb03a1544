import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { withRetry } from '../database/with-retry.ts';

/** The campaign's id, 8 hex digits; made and stored when the database has none. */
export function ensureCampaignId(db: Database.Database, path: string): string {
  const existing = readCampaignId(db);
  if (existing !== undefined) return existing;
  const candidate = randomUUID().slice(0, 8);
  // Another process may be first: its id wins.
  withRetry({ path }, () =>
    db.prepare(`insert or ignore into oact_meta (key, value) values ('campaign_id', ?)`).run(candidate),
  );
  return readCampaignId(db) ?? candidate;
}

export function readCampaignId(db: Database.Database): string | undefined {
  return db.prepare<[], string>(`select value from oact_meta where key = 'campaign_id'`).pluck().get();
}

/** The same of a database that oact may never have written to. */
export function findCampaignId(db: Database.Database): string | undefined {
  const own = db.prepare(`select 1 from sqlite_master where type = 'table' and name = 'oact_meta'`).get();
  return own === undefined ? undefined : readCampaignId(db);
}
