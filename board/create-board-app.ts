import { Hono, type MiddlewareHandler } from 'hono';
import { messageOf, OactError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { BoardActions, BoardChemistry, Explanation } from './server/board-ports.ts';
import { bullBoardHeaders, fileHeaders, noStore, pageHeaders } from './server/board-headers.ts';
import { demandOwnHost, limitBody } from './server/board-limits.ts';
import { keepEndedSessions } from './server/ended-sessions.ts';
import { createSessions } from './server/board-session.ts';
import type { CampaignSource } from './reading/campaign-source.ts';
import { guardBoard } from './server/guard-board.ts';
import { createSharedPolls } from './live/shared-poll.ts';
import {
  bullBoardPath,
  createBullBoardApp,
  dropForeignFonts,
  refuseWrites,
} from './bull-board/mount-bull-board.ts';
import { explainAway } from './bull-board/explain-away.ts';
import { renderErrorPage } from './pages/error-page.ts';
import { createQueueReader } from './reading/read-queue.ts';
import { createRecordsReader } from './reading/read-records.ts';
import { createActionRoutes } from './routes/action-routes.ts';
import { createApiRoutes } from './api/api-routes.ts';
import { createBulkRoutes } from './routes/bulk-routes.ts';
import { createReadingRoutes } from './routes/reading-routes.ts';
import { createViewsRoutes } from './routes/views-routes.ts';
import { createFileRoutes } from './routes/file-routes.ts';
import { createJobRoutes } from './routes/job-routes.ts';
import { createJobsRoutes } from './routes/jobs-routes.ts';
import { createOverviewRoutes } from './routes/overview-routes.ts';
import type { PageContext } from './routes/page-context.ts';
import { serveAsset } from './serve-assets.ts';

export interface BoardAppOptions {
  source: CampaignSource;
  /** Empty: the board is read-only. */
  actions: BoardActions;
  chemistry: BoardChemistry;
  /** What `oact job explain` says; null: there is no such record. Left out: pages do without. */
  explain?: (recordId: number) => Promise<Explanation | null>;
  token: string;
  log: Logger;
  /** Names under which it is reached, beside those of this host. */
  hosts?: readonly string[];
  /** Where ended sessions are kept; undefined: in this process. */
  endedSessionsFile?: string;
}

/** All pages of the board as one application. */
export function createBoardApp(options: BoardAppOptions): { app: Hono; stop: () => void } {
  const { source, actions, chemistry, token, log } = options;
  const guard = guardBoard(createSessions(token, keepEndedSessions(options.endedSessionsFile)));
  const polls = createSharedPolls();
  const pages: PageContext = {
    source,
    shell: { title: source.title, hasActions: Object.keys(actions).length > 0 },
    guard,
    actions,
    chemistry,
    polls,
    explain: options.explain ?? (() => Promise.resolve(null)),
    readQueue: createQueueReader(source),
    readRecords: createRecordsReader(source),
  };
  const app = new Hono();
  app.use((context, next) => headersFor(context.req.path)(context, next), noStore);
  app.use(demandOwnHost(options.hosts ?? []), limitBody);
  app.get('/assets/:version/:name', serveAsset);
  app.post('/login', guard.acceptLogin);
  app.use(guard.demandLogin);
  app.post('/logout', guard.demandOwnForm, guard.logOut);
  for (const create of [
    createOverviewRoutes,
    createJobsRoutes,
    createJobRoutes,
    createFileRoutes,
    createActionRoutes,
    createBulkRoutes,
    createViewsRoutes,
    createApiRoutes,
    createReadingRoutes,
  ])
    app.route('/', create(pages));
  app.use(`${bullBoardPath}/*`, explainAway(pages), refuseWrites, dropForeignFonts);
  if (source.broker)
    app.route(
      bullBoardPath,
      createBullBoardApp(
        [source.broker.queue, ...(source.broker.otherLanes ?? [])],
        source.broker.redis,
        source.title,
      ),
    );
  app.notFound((context) => context.html(renderErrorPage('Not there', 'There is no such page.'), 404));
  app.onError((error, context) => {
    // The method and the kind of page, not the address: what stands in it is the reader's.
    log.warn(
      { method: context.req.method, route: context.req.routePath, error: messageOf(error) },
      'page failed',
    );
    const hint = error instanceof OactError ? error.hint : undefined;
    const sentence =
      error instanceof OactError ? error.message : 'The page could not be made; the log says why.';
    return context.html(renderErrorPage('The request failed', sentence, hint), 500);
  });
  return { app, stop: () => polls.stop() };
}

function headersFor(path: string): MiddlewareHandler {
  if (path === bullBoardPath || path.startsWith(`${bullBoardPath}/`)) return bullBoardHeaders;
  return /^\/jobs\/\d+\/(?:files|geometry)/.test(path) ? fileHeaders : pageHeaders;
}
