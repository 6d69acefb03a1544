import { Hono } from 'hono';
import { listAllocations } from '../../workflow/allocations/allocations.ts';
import { readDataVersion } from '../../workflow/database/data-version.ts';
import { findFirstEnd, findLastEnd } from '../../workflow/reports/find-ending-times.ts';
import { listNodeHealth } from '../../workflow/reports/list-node-health.ts';
import { listRuns } from '../../workflow/reports/list-runs.ts';
import { renderViews, type ViewsInput } from '../pages/views/views-page.ts';
import { nameKinds } from '../reading/views/name-kinds.ts';
import { parseRange } from '../reading/views/parse-range.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import type { PageContext } from './page-context.ts';

/** Runs that one page of pictures reads at most. */
const mostRuns = 6000;
/** A database that is written to all the time is not read for each look. */
const freshMs = 10_000;

/** `/views`: pictures over a stretch of time. */
export function createViewsRoutes({ source, shell, guard, chemistry }: PageContext): Hono {
  const app = new Hono();
  type Read = Omit<ViewsInput, 'by' | 'range' | 'kindsOf'>;
  const known = new Map<string, { version: number; readMs: number; value: Read }>();

  const read = (range: ViewsInput['range']): Read => {
    const { workflow } = source;
    const key = range.asked === undefined ? '' : `${range.asked.from} ${range.asked.to}`;
    const version = readDataVersion(workflow);
    const last = known.get(key);
    if (last && (last.version === version || Date.now() - last.readMs < freshMs)) return last.value;
    const value = {
      ...listRuns(workflow, { from: range.from, to: range.to, limit: mostRuns }),
      nodes: listNodeHealth(workflow),
      allocations: listAllocations(workflow, range.from),
    };
    // Ranges are many, and each holds thousands of rows.
    if (known.size > 3) known.clear();
    known.set(key, { version, readMs: Date.now(), value });
    return value;
  };

  const kindsOf = (elements: string | null): ReturnType<typeof nameKinds> =>
    nameKinds(elements, chemistry.atomicNumberOf);

  app.get('/views', (context) => {
    reopenIfReplaced(source);
    const [first, last] = [findFirstEnd(source.workflow), findLastEnd(source.workflow)];
    const range = parseRange((name) => context.req.query(name), first && last && { first, last });
    const by = context.req.query('by') === 'ligands' ? 'ligands' : 'charge';
    return context.html(renderViews(shell, { ...read(range), range, by, kindsOf }, guard.formKeyOf(context)));
  });
  return app;
}
