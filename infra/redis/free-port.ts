import getPort, { clearLockedPorts } from 'get-port';
import { OactError } from '../../core/errors.ts';

const host = '127.0.0.1';

/** A port that was free a moment ago; a server that fails to bind it must be started again with another. */
export function findFreePort(): Promise<number> {
  return getPort({ host });
}

/**
 * The wanted port, else the last one if it is free, so that clients find a restarted server again, else any.
 * @throws OactError PORT_IN_USE when the wanted one is taken
 */
export async function choosePort(wanted: number | undefined, last: number | undefined): Promise<number> {
  // The library does not give out a port twice within seconds; a server that was stopped a moment ago wants its own again.
  clearLockedPorts();
  const preferred = wanted ?? last;
  const port = await (preferred === undefined ? findFreePort() : getPort({ host, port: preferred }));
  if (wanted === undefined || port === wanted) return port;
  throw new OactError('PORT_IN_USE', `port ${wanted} is taken`, { hint: 'Choose another port with --port.' });
}
