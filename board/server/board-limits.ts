/** What anybody who reaches the port may send before a login: little, soon, and to an address that is ours. */
import { hostname } from 'node:os';
import { isIP } from 'node:net';
import type { ServerOptions } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** The longest form has a reason of a few hundred characters. */
export const bodyBytes = 64 * 1024;
/** Some browsers hold six connections, and each open page one for its events. */
export const mostConnections = 256;

/** Limits of Node's own server: times in ms, headers in bytes. Streams of events are answers, which no limit ends. */
export const serverLimits: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: 5000,
};

/** Refuses a larger body by its announced length, or as soon as more than that has come. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: bodyBytes,
  onError: (context) => {
    context.header('Connection', 'close');
    return context.text('The request is larger than any form of this board.\n', 413);
  },
});

/**
 * Whether a request may be meant for this board: by number, `localhost`, or a name of this host. A name of another site that leads
 * here (DNS rebinding) would let its pages read the board.
 * @param own further names, such as the address that it listens on
 */
export function isOwnHost(header: string | undefined, own: readonly string[]): boolean {
  const name = /^(\[[0-9a-fA-F:.]+\]|[^:\s/@]+)(?::\d{1,5})?$/.exec(header ?? '')?.[1]?.toLowerCase();
  if (name === undefined) return false;
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const here = hostname().toLowerCase();
  return [here, here.split('.')[0], ...own.map((one) => one.toLowerCase())].includes(name);
}

/** Answers 421 to what is meant for another site. */
export function demandOwnHost(own: readonly string[]): MiddlewareHandler {
  return async (context, next) =>
    isOwnHost(context.req.header('Host'), own)
      ? next()
      : context.text(
          'This board answers to localhost, to addresses and to the name of its host. A proxy must send one of them as Host.\n',
          421,
        );
}
