import { type AttemptResults, listedColumns } from '../../workflow/results/result-columns.ts';

const isWhole = (row: object): row is AttemptResults => listedColumns.every(([field]) => field in row);
const nothing: object = Object.fromEntries(listedColumns.map(([field]) => [field, null]));
if (!isWhole(nothing)) throw new Error('a result column is missing');

/** An attempt of which nothing is known: each result column is null, those that come in the future, too. */
export const noResults: AttemptResults = nothing;
