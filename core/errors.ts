/**
 * Every error that a user may meet, with its exit code. A message says what happened and to what;
 * `hint` says what to do. Codes are never reused for another meaning.
 */
const exitCodeOf = {
  USAGE: 2,
  NOTHING_TO_DO: 3,
  CONFIG_INVALID: 1,
  CAMPAIGN_NOT_FOUND: 1,
  CAMPAIGN_EXISTS: 1,
  CAMPAIGN_MISMATCH: 1,
  CAMPAIGN_COPIED: 1,
  CAMPAIGN_BUSY: 1,
  FILE_UNREADABLE: 1,
  FILE_UNWRITABLE: 1,
  DISK_FULL: 1,
  IMPORT_COLUMN_MISSING: 1,
  IMPORT_ROW_INVALID: 1,
  IMPORT_EMPTY: 1,
  DATABASE_NOT_FOUND: 1,
  DATABASE_NOT_A_WORKFLOW: 1,
  DATABASE_CORRUPT: 1,
  DATABASE_NEWER: 1,
  DATABASE_LOCKED: 1,
  DATABASE_READ_ONLY: 1,
  DATABASE_REPLACED: 1,
  REDIS_NOT_FOUND: 1,
  REDIS_UNREACHABLE: 1,
  REDIS_OTHER_NODE: 1,
  REDIS_UNTRUSTED: 1,
  REDIS_WRONG_PASSWORD: 1,
  REDIS_NO_PERMISSION: 1,
  REDIS_SCRIPTS_MISSING: 1,
  REDIS_WRONG_VERSION: 1,
  REDIS_READ_ONLY: 1,
  REDIS_FULL: 1,
  REDIS_EVICTS: 1,
  REDIS_START_FAILED: 1,
  PAYLOAD_VERSION: 1,
  PAYLOAD_INVALID: 1,
  RESULT_INVALID: 1,
  STRUCTURE_INVALID: 1,
  RECIPE_INVALID: 1,
  RECIPE_UNFIT: 1,
  JOB_DIRECTORY_OUTSIDE: 1,
  JOB_ROOT_MISMATCH: 1,
  SLOTS_TOO_MANY: 2,
  ORCA_NOT_FOUND: 1,
  NODE_FAULT: 1,
  RESTART_UNUSABLE: 1,
  PORT_IN_USE: 1,
  SECRET_EXPOSED: 1,
  RECORD_NOT_FOUND: 1,
  CONSUMER_NOT_FOUND: 1,
  BATCH_STOPPED: 1,
  SCHEDULER_SILENT: 1,
  SITE_NOT_FOUND: 1,
  SITE_INVALID: 1,
  ALLOCATION_UNFIT: 2,
  ALLOCATION_REFUSED: 1,
  HOOK_FAILED: 1,
  INTERNAL: 1,
} as const;

export type ErrorCode = keyof typeof exitCodeOf;

/** For the documentation, which must explain each of them. */
export const errorCodes = Object.keys(exitCodeOf);

export class OactError extends Error {
  readonly code: ErrorCode;
  /** What the reader can do about it, one sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OactError';
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return exitCodeOf[this.code];
  }
}

/** The error of a system call (`ENOENT`, `ENOSPC`…), or undefined when `error` is not one. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
