import { html } from 'hono/html';
import type { MiddlewareHandler } from 'hono';
import { renderPage } from '../pages/page-shell.ts';
import type { PageContext } from '../routes/page-context.ts';

/** Where Redis does not answer, the page of the queue says so and keeps the way to the other pages. */
export function explainAway({ shell, guard, readQueue }: PageContext): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method !== 'GET' || /^\/queue\/(?:static|api)\//.test(context.req.path)) return next();
    const queue = await readQueue();
    if (!('error' in queue)) return next();
    const page = renderPage(shell, {
      heading: 'Queue',
      place: 'queue',
      stream: null,
      scripts: [],
      formKey: guard.formKeyOf(context),
      body: html`<h1>Queue</h1>
        <p class="notice" role="alert">The queue cannot be read: ${queue.error}.</p>
        <p>
          Records, attempts and results come from the database and are complete.
          <a href="/">To the overview</a>
        </p>`,
    });
    return context.html(page, 503);
  };
}
