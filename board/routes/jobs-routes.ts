import { type Context, Hono } from 'hono';
import { stream } from 'hono/streaming';
import { listClasses } from '../../workflow/lookup/list-classes.ts';
import { loadRows, searchIds, searchJobs } from '../../workflow/lookup/search-jobs.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import { readDataVersion } from '../../workflow/database/data-version.ts';
import { createPartsFeed, type LiveParts } from '../live/feed.ts';
import { streamEvents } from '../live/stream-events.ts';
import { renderCsvHead, renderCsvRow } from '../pages/jobs/export-rows.ts';
import { renderJobsPage } from '../pages/jobs/jobs-page.ts';
import { jobsPerPage, renderJobs } from '../pages/jobs/jobs-table.ts';
import { addressOf, type JobQuery, parseJobQuery, type SearchField } from '../reading/parse-job-query.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import { takeFlash } from './flash-message.ts';
import type { PageContext } from './page-context.ts';

/** Rows that are loaded and sent at a time: an export holds no more of them. */
const exportedAtOnce = 1000;

/** What an address asks for, with the words that this campaign knows. */
export function queryOf(
  { source, chemistry }: PageContext,
  read: (field: SearchField) => string | undefined,
): JobQuery {
  const classes = [...listClasses(source.workflow), 'timed_out'];
  return parseJobQuery(read, {
    classes,
    isElement: (symbol) => chemistry.atomicNumberOf(symbol) !== undefined,
  });
}

/** `/jobs`, its live table, and its export. */
export function createJobsRoutes(pages: PageContext): Hono {
  const { source, shell, guard, polls, actions } = pages;
  const app = new Hono();
  const canAct = actions.bulk !== undefined;
  const askedOf = (context: Context): JobQuery => {
    reopenIfReplaced(source);
    return queryOf(pages, (field) => context.req.query(field));
  };

  const renderTable = async (query: JobQuery): Promise<string> => {
    const { filter, sort, page, at } = query;
    const found = searchJobs(source.workflow, {
      filter,
      sort,
      limit: jobsPerPage,
      offset: (page - 1) * jobsPerPage,
      at,
    });
    return String(await renderJobs(query, found, canAct));
  };

  app.get('/jobs', async (context) => {
    const query = askedOf(context);
    const page = renderJobsPage(shell, query, {
      table: await renderTable(query),
      formKey: guard.formKeyOf(context),
      classes: [...listClasses(source.workflow), 'timed_out'].toSorted(),
      canAct,
      flash: takeFlash(context),
    });
    return context.html(page);
  });

  app.get('/live/jobs', (context) => {
    const query = askedOf(context);
    // Two pages with the same question share one look, however their addresses are written.
    return streamEvents(context, polls, addressOf(query.text, {}), () => {
      let known: { version: number; parts: LiveParts } | undefined;
      return createPartsFeed(async () => {
        reopenIfReplaced(source);
        const version = readDataVersion(source.workflow);
        if (known?.version !== version)
          known = { version, parts: { html: { jobs: await renderTable(query) }, data: {} } };
        return known.parts;
      });
    });
  });

  app.get('/jobs/:file{export\\.(?:csv|jsonl)}', (context) => {
    const { filter } = askedOf(context);
    const isCsv = context.req.param('file') === 'export.csv';
    const ids = searchIds(source.workflow, filter);
    context.header('Content-Type', isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8');
    context.header('Content-Disposition', `attachment; filename="jobs.${isCsv ? 'csv' : 'jsonl'}"`);
    return stream(context, async (out) => {
      if (isCsv) await out.write(renderCsvHead());
      for (const chunk of chunksOf(ids, exportedAtOnce)) {
        if (out.aborted) return;
        const rows = loadRows(source.workflow, chunk);
        await out.write(rows.map((row) => (isCsv ? renderCsvRow(row) : `${JSON.stringify(row)}\n`)).join(''));
      }
    });
  });
  return app;
}
