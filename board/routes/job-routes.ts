import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { renderFormula } from '../../core/formula.ts';
import { findBeside } from '../../workflow/lookup/find-beside.ts';
import type { Explanation } from '../server/board-ports.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import { findGeometry, renderXyz } from '../files/find-geometry.ts';
import { runFiles } from '../files/find-run-dir.ts';
import { followRun } from '../files/follow-run.ts';
import { createPartsFeed, joinFeeds } from '../live/feed.ts';
import { streamEvents } from '../live/stream-events.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { renderJobPage } from '../pages/job/job-page.ts';
import { renderJobActions, renderJobParts } from '../pages/job/job-parts.ts';
import { type JobPageView, readJob } from '../reading/read-job.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import type { PageContext } from './page-context.ts';
import { takeFlash } from './flash-message.ts';

const patienceMs = 1500;

/** The page of a job, its live parts, and its geometry. */
export function createJobRoutes(pages: PageContext): Hono {
  const { source, shell, guard, actions, chemistry, polls, readQueue, explain } = pages;
  const app = new Hono();
  const read = async ({ id, attempt }: Asked): Promise<JobPageView | undefined> => {
    reopenIfReplaced(source);
    return readJob(source, await readQueue(), id, attempt);
  };

  /** It may ask Redis, and a page does not wait for one that is away. */
  const explainSoon = async (id: number): Promise<Explanation | null> => {
    const answer = explain(id).catch(() => null);
    return Promise.race([answer, delay(patienceMs, null, { ref: false })]);
  };

  app.get('/jobs/:id{[0-9]+}', async (context) => {
    const asked = askedOf(context);
    const view = await read(asked);
    if (!view) return notThere(context, asked.id);
    const formKey = guard.formKeyOf(context);
    const elements = view.record.elements?.split(';').filter((symbol) => symbol !== '') ?? [];
    const page = renderJobPage(shell, view, await renderJobParts(view, { chemistry }), {
      formula: elements.length === 0 ? null : renderFormula(elements),
      formKey,
      actions: renderJobActions(view, actions, formKey),
      flash: takeFlash(context),
      wanted: asked.attempt,
      explanation: await explainSoon(asked.id),
      hasTrajectory: await hasFile(view.runDir, runFiles.trajectory),
      beside: findBeside(source.workflow, asked.id),
      radii: Object.fromEntries(
        [...new Set(elements)].map((symbol) => [symbol, chemistry.covalentRadiusOf(symbol)]),
      ),
    });
    return context.html(page);
  });

  app.get('/live/jobs/:id{[0-9]+}', (context) => {
    const asked = askedOf(context);
    return streamEvents(context, polls, `job ${asked.id} ${asked.attempt ?? ''}`, () => {
      let runDir: string | undefined;
      const parts = createPartsFeed(async () => {
        const view = await read(asked);
        runDir = view?.runDir;
        return view ? renderJobParts(view, { chemistry }) : { html: {}, data: {} };
      });
      const run = followRun({
        jobRoot: source.jobRoot,
        locate: () => Promise.resolve(runDir),
        followCurves: chemistry.followCurves,
      });
      return joinFeeds([parts, run]);
    });
  });

  app.get('/jobs/:id{[0-9]+}/geometry', async (context) => {
    const asked = askedOf(context);
    const view = await read(asked);
    const [record] = loadRecords(source.workflow, [asked.id]);
    if (!view || !record) return notThere(context, asked.id);
    const attempt = view.attempt?.attempt ?? 0;
    const found = await findGeometry(chemistry, source.jobRoot, { ...record, attempt });
    return 'error' in found ? context.text(`${found.error}\n`, 422) : context.text(renderXyz(found));
  });
  return app;
}

interface Asked {
  id: number;
  /** undefined: the newest one. */
  attempt: number | undefined;
}

/** What an address asks for; numbers only, so no path can be built from it. */
export function askedOf(context: Context): Asked {
  const attempt = context.req.query('attempt');
  return {
    id: Number(context.req.param('id')),
    attempt: attempt !== undefined && /^[1-9]\d{0,5}$/.test(attempt) ? Number(attempt) : undefined,
  };
}

export function notThere(context: Context, id: number): Response | Promise<Response> {
  return context.html(renderErrorPage('Not there', `There is no record ${id}, or it has no such file.`), 404);
}

/** What is not there is not asked for by a page: its console would show an error. */
async function hasFile(dir: string | undefined, name: string): Promise<boolean> {
  if (dir === undefined) return false;
  const found = await stat(join(dir, name)).catch(() => undefined);
  return found?.isFile() === true;
}
