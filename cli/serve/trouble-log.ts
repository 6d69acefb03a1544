import { type ErrorCode, OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { createOutageLog, type OutageLog } from '../../core/redis/outage-log.ts';
import { toDatabaseError } from '../../workflow/database/to-database-error.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** What keeps the loop from its work: one line when it begins and one when it is over, for each kind. */
export interface TroubleLog {
  failed(error: unknown): void;
  /** Everything that had failed was done. */
  over(): void;
}

const databaseCodes: ReadonlySet<ErrorCode> = new Set([
  'DATABASE_NOT_FOUND',
  'DATABASE_NOT_A_WORKFLOW',
  'DATABASE_CORRUPT',
  'DATABASE_NEWER',
  'DATABASE_LOCKED',
  'DATABASE_READ_ONLY',
  'DATABASE_REPLACED',
  'DISK_FULL',
  'FILE_UNREADABLE',
]);

const source = 'round';

export function createTroubleLog(log: Logger, redis: OutageLog, databasePath: string): TroubleLog {
  const database = createOutageLog(log, {
    away: 'the database cannot be used: results wait on the queue and on disk',
    back: 'the database can be used again',
  });
  const other = createOutageLog(log, {
    away: 'the round failed: retrying',
    back: 'the round succeeds again',
  });
  return {
    failed(error) {
      const known = toDatabaseError(error, databasePath);
      if (known instanceof OactError && databaseCodes.has(known.code)) database.failed(known, source);
      else if (isRedisTrouble(known)) redis.failed(known, source);
      else {
        log.debug({ err: known }, 'the round failed');
        other.failed(known, source);
      }
    },
    over() {
      for (const outage of [database, redis, other]) outage.answered(source);
    },
  };
}

/** What Redis answers instead of a reply (`OOM …`, `READONLY …`), and what a lost connection leaves. */
function isRedisTrouble(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'ReplyError' || /Connection is closed|^(connect )?E[A-Z]+/.test(error.message))
  );
}

/**
 * A file that has changed its place, its rights or its content may be in order when it is opened anew.
 * @throws OactError DATABASE_REPLACED: this campaign's results must not get into another database
 */
export function reopenIfItHelps(error: unknown, workflow: Pick<Workflow, 'reopen'>): void {
  const codes = ['DATABASE_REPLACED', 'DATABASE_READ_ONLY', 'DATABASE_CORRUPT', 'FILE_UNREADABLE'];
  if (!(error instanceof OactError) || !codes.includes(error.code)) return;
  try {
    workflow.reopen();
  } catch (failure) {
    if (failure instanceof OactError && failure.code === 'DATABASE_REPLACED') throw failure;
  }
}
