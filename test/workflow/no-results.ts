import {
  type AttemptResults,
  type ExportedResults,
  listedColumns,
} from '../../workflow/results/result-columns.ts';

const isAttempt = (row: object): row is AttemptResults => listedColumns.every(([field]) => field in row);
const isExported = (row: object): row is ExportedResults =>
  listedColumns.every(([, { exported }]) => exported === undefined || exported.json in row);

const attempt: object = Object.fromEntries(listedColumns.map(([field]) => [field, null]));
const exportedRow: object = Object.fromEntries(
  listedColumns.flatMap(([, { exported }]) => (exported ? [[exported.json, null]] : [])),
);
if (!isAttempt(attempt) || !isExported(exportedRow)) throw new Error('a result column is missing');

/** An attempt of which nothing is known: each result column is null, those that come in the future, too. */
export const noResults: AttemptResults = attempt;
/** The same of an exported row. */
export const noExportedResults: ExportedResults = exportedRow;
