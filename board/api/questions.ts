/** What the HTTP API takes: every request is checked with these, and the OpenAPI document is made from them. */
import { z } from 'zod';
import { sortKeys } from '../../workflow/lookup/search-jobs.ts';

const idSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(9_007_199_254_740_991)
  .meta({ description: 'The id of a record' });
const attemptQuery = z.coerce
  .number()
  .int()
  .min(1)
  .max(999_999)
  .optional()
  .meta({ description: 'Default: the newest attempt' });

export const idParams = z.object({ id: idSchema });
export const noQuery = z.object({});
export const attemptOnly = z.object({ attempt: attemptQuery });

const words = (description: string): z.ZodOptional<z.ZodString> =>
  z.string().max(200).optional().meta({ description });

export const recordsQuery = z.object({
  q: words(
    'As in the search field of the page Jobs: ids, elements, formulas, statuses, classes, key:value, words',
  ),
  status: words('`to_run`, `running`, `completed`, `failed` or `timeout`'),
  class: words(
    'Failure class of the newest attempt that ended; `timed_out` and `completed` stand for those outcomes',
  ),
  warning: words('Key of a warning'),
  node: words('Where the newest attempt that ended ran'),
  name: words('A part of the name'),
  formula: words('`UO2F2`'),
  element: words('`Am Cl`: records with all of them'),
  error: words('A part of the error message'),
  charge: words('`-2`'),
  ended: words('`2026-03-01T08:00:00..2026-03-01T09:00:00`, UTC'),
  sort: z.enum(sortKeys).optional().meta({ description: 'Default: id' }),
  dir: z.enum(['asc', 'desc']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional().meta({ description: 'Default: 100' }),
  after: z.coerce
    .number()
    .int()
    .min(1)
    .max(9_007_199_254_740_991)
    .optional()
    .meta({ description: '`next` of the page before: the record behind which this page begins' }),
});

export const eventsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).optional().meta({ description: 'Default: 100' }),
});

export const actionBody = z.object({
  verb: z
    .enum(['requeue', 'cancel', 'front', 'back'])
    .meta({ description: '`front` and `back`: places in the order of the queue' }),
  ids: z.array(z.int().min(1)).min(1).max(5000),
  dryRun: z
    .boolean()
    .default(true)
    .meta({ description: 'Says what would happen. Only `false` changes anything' }),
});
