import { once } from 'node:events';
import { createServer } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { getRequestListener } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Queue } from 'bullmq';
import { Hono } from 'hono';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { formatJobData } from './format-job-data.ts';
import { boardHeaders, guardBoard, refuseWrites } from './guard-board.ts';

export interface BoardOptions {
  /** One per lane, best made with `skipMetasUpdate: true` and the role `board`, which cannot write. */
  queues: Queue[];
  /** 0 for any free one. */
  port: number;
  /** Default: this node only; reach it through an SSH tunnel. */
  host?: string;
  token: string;
  /** Shown in the page's head, e.g. the campaign's directory name. */
  title?: string;
}

export interface Board {
  /** Without the token. */
  url: string;
  /** Closes the page; the queues stay open, they are the caller's. */
  stop(): Promise<void>;
}

/**
 * Starts Bull Board, read-only and behind the token.
 * @throws OactError PORT_IN_USE
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { host = '127.0.0.1', port } = options;
  const listener = getRequestListener(createBoardApp(options).fetch);
  const server = createServer((request, response) => void listener(request, response));
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    throw new OactError('PORT_IN_USE', `port ${port} of ${host} is taken`, {
      hint: 'Choose another with --port.',
    });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' ? (address?.port ?? port) : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}/`,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function createBoardApp({ queues, token, title = 'oact' }: BoardOptions): Hono {
  const guard = guardBoard(token);
  const app = new Hono();
  app.use(boardHeaders);
  app.post('/login', guard.acceptLogin);
  app.use(guard.demandToken, refuseWrites);
  app.route('/', createBullBoardApp(queues, title));
  return app;
}

function createBullBoardApp(queues: Queue[], title: string): Hono {
  const serverAdapter = new HonoAdapter(serveStatic).setBasePath('/');
  const adapters = queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true }));
  for (const adapter of adapters) adapter.setFormatter('data', formatJobData);
  createBullBoard({
    queues: adapters,
    serverAdapter,
    // showWorkers: it asks CLIENT LIST at every poll, and consumers that fetch by hand have no name there.
    options: { uiConfig: { boardTitle: title, hideDocsLink: true, showWorkers: false } },
  });
  return serverAdapter.registerPlugin();
}
