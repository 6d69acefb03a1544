import { Hono } from 'hono';
import { findRunDir, runFiles } from '../files/find-run-dir.ts';
import { searchOutput } from '../files/search-output.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { renderComparison } from '../pages/job/compare-page.ts';
import { renderOutputPage } from '../pages/job/output-page.ts';
import { readJob } from '../reading/read-job.ts';
import { reopenIfReplaced } from '../reading/read-records.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { askedOf, notThere } from './job-routes.ts';
import type { PageContext } from './page-context.ts';

/** Outputs and inputs to read in, and two records side by side. */
export function createReadingRoutes({ source, shell, guard, chemistry, readQueue }: PageContext): Hono {
  const app = new Hono();
  app.get('/jobs/:id{[0-9]+}/read/:file{output|input}', async (context) => {
    reopenIfReplaced(source);
    const { id, attempt: wanted } = askedOf(context);
    const file = context.req.param('file') === 'input' ? 'input' : 'output';
    const record = showRecord(source.workflow, id);
    const attempt = wanted ?? record?.attempts.at(-1)?.attempt;
    if (!record || attempt === undefined || !record.attempts.some((one) => one.attempt === attempt))
      return notThere(context, id);
    const dir = await findRunDir(source.jobRoot, record.jobDir, attempt);
    const from = /^[1-9]\d{0,9}$/.exec(context.req.query('from') ?? '')?.[0];
    const words = (context.req.query('q') ?? '').trim().slice(0, 200);
    const part =
      dir === undefined
        ? undefined
        : await searchOutput(source.jobRoot, dir, runFiles[file], { from: Number(from ?? 0), words });
    if (!part) return notThere(context, id);
    return context.html(
      renderOutputPage(shell, { id, attempt, file, words, part, formKey: guard.formKeyOf(context) }),
    );
  });

  app.get('/compare', async (context) => {
    reopenIfReplaced(source);
    const queue = await readQueue();
    const [one, other] = await Promise.all(
      (['a', 'b'] as const).map(async (name) => {
        const id = /^[1-9]\d{0,11}$/.exec(context.req.query(name)?.trim() ?? '')?.[0];
        return id === undefined ? undefined : readJob(source, queue, Number(id), undefined);
      }),
    );
    if (!one || !other)
      return context.html(
        renderErrorPage('Not there', 'Two ids of records are needed, as in /compare?a=17&b=18.'),
        404,
      );
    return context.html(
      renderComparison(shell, [one, other], guard.formKeyOf(context), chemistry.covalentRadiusOf),
    );
  });
  return app;
}
