import { type Context, Hono } from 'hono';
import { messageOf } from '../../core/errors.ts';
import type { ActionReport } from '../server/board-ports.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import type { PageContext } from './page-context.ts';
import { keepFlash } from './flash-message.ts';

/** What the board may have done; the server refuses what it was not allowed, whatever a page shows. */
export function createActionRoutes({ actions, guard }: PageContext): Hono {
  const app = new Hono();
  app.use('/actions/*', guard.demandOwnForm);
  app.post('/actions/pause', (context) => act(context, actions.pause, '/'));
  app.post('/actions/resume', (context) => act(context, actions.resume, '/'));
  for (const name of ['requeue', 'cancel'] as const) {
    app.post(`/actions/${name}/:id{[0-9]+}`, (context) => {
      const id = Number(context.req.param('id'));
      const verb = actions[name];
      return act(context, verb && (() => verb(id)), `/jobs/${id}`);
    });
  }
  return app;
}

async function act(
  context: Context,
  verb: (() => Promise<ActionReport>) | undefined,
  next: string,
): Promise<Response> {
  if (!verb) {
    return context.html(
      renderErrorPage(
        'Not allowed',
        'This board is read-only.',
        'Start it with --allow-actions to let it requeue, cancel, pause and resume.',
      ),
      403,
    );
  }
  const report = await verb().catch((error: unknown) => ({ isDone: false, sentence: messageOf(error) }));
  keepFlash(context, report.sentence);
  return context.redirect(next, 303);
}
