import type Database from 'better-sqlite3';

/** An open `workflow.db`. Only the files of this room touch `db`. */
export type Workflow = {
  readonly db: Database.Database;
  readonly path: string;
  /** 8 hex digits, or `unadoptedCampaignId` when opened read-only before oact ever wrote to the file. */
  readonly campaignId: string;
  /** Idempotent. */
  readonly close: () => void;
};

/** Stands for the id that the first read-write open will give to the campaign. */
export const unadoptedCampaignId = '00000000';
