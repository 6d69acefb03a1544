/**
 * What a record may look like while an attempt of it is open. The claim made it `running`. Another tool overrules the attempt by
 * setting the record to `to_run`, by claiming it (`worker_id`), or by deleting it. A `completed`, `failed` or `timeout` that
 * another tool reads from the directory does not: the attempt will tell the true outcome, and this is written over it.
 */

/**
 * SQL: whether the record is still held by oact, as far as the row itself says.
 * @param recordId an SQL expression: a column or a parameter
 */
export const recordIsOurs = (recordId: string): string => `exists (
  select 1 from structures
  where id = ${recordId} and coalesce(status, '') not in ('to_run', 'ready') and worker_id is null)`;

/** SQL: whether another tool has judged a record, or spoilt its status. */
export const isJudgedByOthers = `coalesce(status, '') not in ('running', 'to_run', 'ready') and worker_id is null`;
