import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { mostConnections, serverLimits } from './board-limits.ts';
import { type BoardAppOptions, createBoardApp } from '../create-board-app.ts';

export interface BoardOptions extends BoardAppOptions {
  /** 0 for any free one. */
  port: number;
  /** Default: this node only; reach it through an SSH tunnel. */
  host?: string;
}

export interface Board {
  /** Without the token. */
  url: string;
  /** Closes the pages; queue and database stay open, they are the caller's. */
  stop(): Promise<void>;
}

/**
 * Starts the pages of a campaign, behind the token.
 * @throws OactError PORT_IN_USE
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { host = '127.0.0.1', port } = options;
  const { app, stop } = createBoardApp({ ...options, hosts: [...(options.hosts ?? []), host] });
  const listener = getRequestListener(app.fetch);
  const server = createServer(serverLimits, (request, response) => void listener(request, response));
  server.maxConnections = mostConnections;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    throw new OactError('PORT_IN_USE', `port ${port} of ${host} is taken`, {
      hint: 'Choose another port with --port, or 0 for any free one.',
    });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' ? (address?.port ?? port) : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}/`,
    stop: async () => {
      stop();
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
