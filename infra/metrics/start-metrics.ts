import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { OactError, systemErrorCode } from '../../core/errors.ts';

/**
 * Serves the metrics on this node's loopback, for a Prometheus or its agent on the same node.
 * @param port 0 for any free one
 * @throws OactError PORT_IN_USE
 */
export async function startMetrics(app: Hono, port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    throw new OactError('PORT_IN_USE', `port ${port} of 127.0.0.1 is taken`, {
      hint: 'Choose another port with --metrics-port.',
    });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' ? (address?.port ?? port) : port;
  return {
    url: `http://127.0.0.1:${actualPort}/metrics`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
