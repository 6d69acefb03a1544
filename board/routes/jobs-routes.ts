import { Hono } from 'hono';
import { searchJobs } from '../../workflow/lookup/search-jobs.ts';
import { readDataVersion } from '../../workflow/database/data-version.ts';
import { createPartsFeed, type LiveParts } from '../live/feed.ts';
import { streamEvents } from '../live/stream-events.ts';
import { renderJobsPage } from '../pages/jobs/jobs-page.ts';
import { jobsPerPage, renderJobs } from '../pages/jobs/jobs-table.ts';
import { addressOf, type JobQuery, parseJobQuery } from '../reading/parse-job-query.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import type { PageContext } from './page-context.ts';

/** `/jobs` and its live table. */
export function createJobsRoutes({ source, shell, guard, polls, readRecords }: PageContext): Hono {
  const app = new Hono();

  const renderTable = async (query: JobQuery): Promise<string> => {
    reopenIfReplaced(source);
    const { filter, sort, page } = query;
    const found = searchJobs(source.workflow, {
      filter,
      sort,
      limit: jobsPerPage,
      offset: (page - 1) * jobsPerPage,
    });
    return String(await renderJobs(query, found));
  };

  app.get('/jobs', async (context) => {
    const query = parseJobQuery((field) => context.req.query(field));
    const classes = readRecords().failures.flatMap(({ class: name }) => name ?? []);
    const page = renderJobsPage(shell, query, {
      table: await renderTable(query),
      formKey: guard.formKeyOf(context),
      classes: [...new Set([...classes, 'timed_out'])].toSorted(),
    });
    return context.html(page);
  });
  app.get('/live/jobs', (context) => {
    const query = parseJobQuery((field) => context.req.query(field));
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
  return app;
}
