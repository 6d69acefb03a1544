import { createServer } from 'node:net';
import { OactError } from '../../core/errors.ts';

/** A port that was free a moment ago; a server that fails to bind it must be started again with another. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port !== undefined) return port;
  throw new OactError('INTERNAL', 'the system gives out no free port on 127.0.0.1');
}

/**
 * The wanted port, else the last one if it is free, so that clients find a restarted server again, else any.
 * @throws OactError PORT_IN_USE when the wanted one is taken
 */
export async function choosePort(wanted: number | undefined, last: number | undefined): Promise<number> {
  if (wanted === undefined) return last !== undefined && (await isPortFree(last)) ? last : findFreePort();
  if (await isPortFree(wanted)) return wanted;
  throw new OactError('PORT_IN_USE', `port ${wanted} is taken`, { hint: 'Choose another with --port.' });
}

async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
