// The SQL of the result columns, made from their table.
import type { Workflow } from '../database/workflow.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { type Ended, listedColumns, type RecordResults, resultColumns } from './result-columns.ts';

const inAttempts = listedColumns.flatMap(([field, { inAttempts: column }]) =>
  column === null ? [] : [{ field, column }],
);
const inStructures = listedColumns.flatMap(([field, { inStructures: column }]) =>
  column === null ? [] : [{ field, column }],
);

/** The value of each column, by its field. */
export function readResults(ended: Ended): Record<string, string | number | null> {
  return Object.fromEntries(listedColumns.map(([field, { from }]) => [field, from(ended) ?? null]));
}

/** `node = @node, …`, for an update of `oact_attempts`. */
export const assignToAttempt = inAttempts.map(({ field, column }) => `${column} = @${field}`).join(', ');

/** `final_energy = @finalEnergyHartree, …`, for an update of `structures`. */
export const assignToRecord = inStructures.map(({ field, column }) => `${column} = @${field}`).join(', ');

/** The same where the record has none. */
export const addToRecord = inStructures
  .map(({ field, column }) => `${column} = coalesce(${column}, @${field})`)
  .join(', ');

/** `final_energy = null, …`, for a record that waits again. */
export const clearRecord = listedColumns
  .filter(([, { isCleared }]) => isCleared === true)
  .map(([, { inStructures: column }]) => `${column} = null`)
  .join(', ');

/** Every result column of `structures`: `final_energy as finalEnergyHartree, …` */
export const selectRecordResults = inStructures
  .map(({ field, column }) => `${column} as ${field}`)
  .join(', ');

/** Some of them: `s.final_energy as finalEnergyHartree, …` */
export function selectOfRecord(alias: string, fields: readonly (keyof RecordResults)[]): string {
  return fields.map((field) => `${alias}.${resultColumns[field].inStructures} as ${field}`).join(', ');
}

/** All of `oact_attempts`; null where the database is older than the column. */
export function selectOfAttempt(workflow: Workflow): string {
  return ownColumns(
    workflow,
    'oact_attempts',
    Object.fromEntries(inAttempts.map(({ field, column }) => [field, column])),
  );
}

/** Fields that are exported: those of the record `s`, and those of the attempt `newest`, which has been selected with selectOfAttempt. */
export const selectExported = listedColumns
  .flatMap(([field, { exported, inStructures: column }]) =>
    exported ? [`${column === null ? `newest.${field}` : `s.${column}`} as ${exported.json}`] : [],
  )
  .join(', ');
