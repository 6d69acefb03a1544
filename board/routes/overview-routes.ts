import { Hono } from 'hono';
import { createPartsFeed, type LiveParts } from '../live/feed.ts';
import { streamEvents } from '../live/stream-events.ts';
import { renderOverview } from '../pages/overview/overview-page.ts';
import { renderOverviewParts } from '../pages/overview/overview-parts.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { takeFlash } from './flash-message.ts';
import type { PageContext } from './page-context.ts';

/** `/` and its live parts. */
export function createOverviewRoutes({
  shell,
  guard,
  actions,
  polls,
  readQueue,
  readRecords,
  source,
}: PageContext): Hono {
  const app = new Hono();
  const namesOf = (ids: number[]): ReadonlyMap<number, string> => loadNames(source.workflow, ids);
  const readParts = async (): Promise<LiveParts> =>
    renderOverviewParts(readRecords(), await readQueue(), namesOf);

  app.get('/', async (context) => {
    const records = readRecords();
    const page = renderOverview(shell, await renderOverviewParts(records, await readQueue(), namesOf), {
      formKey: guard.formKeyOf(context),
      canPause: actions.pause !== undefined && actions.resume !== undefined,
      isPaused: records.pause !== null,
      flash: takeFlash(context),
    });
    return context.html(page);
  });
  app.get('/live/overview', (context) =>
    streamEvents(context, polls, 'overview', () => createPartsFeed(readParts)),
  );
  return app;
}
