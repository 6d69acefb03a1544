import type Database from 'better-sqlite3';
import type { FileIdentity } from './check-in-place.ts';

/** An open `workflow.db`. Only the files of this room touch `db`. */
export type Workflow = {
  /** The connection of this moment: `reopen` changes it, so take it anew for each verb. */
  readonly db: Database.Database;
  readonly path: string;
  /** 8 hex digits, or `unadoptedCampaignId` when opened read-only before oact ever wrote to the file. */
  readonly campaignId: string;
  /** The file that `db` works on, which may be another one than `path` names by now. */
  readonly file: FileIdentity;
  /** How often a statement that meets a lock is tried; undefined: as often as a user would wait. */
  readonly tries: number | undefined;
  /** Undoes the write of a killed process, which a connection that only reads may not. @returns false without the permission to write */
  readonly rollBack: () => boolean;
  /**
   * Opens the file that `path` names now and continues with it, if it is this campaign's. What cannot be opened leaves
   * everything as it is.
   * @throws OactError DATABASE_REPLACED when it is not, and those of openWorkflow
   */
  readonly reopen: () => void;
  /** Idempotent. */
  readonly close: () => void;
};

/** Stands for the id that the first read-write open will give to the campaign. */
export const unadoptedCampaignId = '00000000';
