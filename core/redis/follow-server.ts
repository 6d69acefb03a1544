/**
 * Connections that find a campaign's own server wherever it is: the server of an allocation ends with it, and the next one runs on
 * another node. A connection that is lost looks the address up anew at each try; its users and passwords are the campaign's and stay.
 */
import { connect as connectPlainly } from 'node:net';
import { connect as connectEncrypted, type TLSSocket } from 'node:tls';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { readServerRecord, tlsOfServer } from './campaign-redis.ts';

/** What ioredis waits for a goodbye by default, ms. */
const usualDisconnectMs = 2000;

/** @param campaignDir whose `server.json` names the server of the moment; without one, the last known address is tried */
export function followServer(campaignDir: string): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    readonly #options: RedisOptions;

    /** @param options of the connection itself, which ioredis asks later whether it is encrypted */
    constructor(options: unknown) {
      const known = isOptions(options) ? options : {};
      super(known.disconnectTimeout ?? usualDisconnectMs);
      this.#options = known;
    }

    async connect(): Promise<ReturnType<typeof connectPlainly> | TLSSocket> {
      this.connecting = true;
      lookUp(campaignDir, this.#options);
      const { host = '127.0.0.1', port = 0, tls } = this.#options;
      // As ioredis does it: who disconnects meanwhile must not get a connection.
      await Promise.resolve();
      if (!this.connecting) throw new Error('Connection is closed.');
      this.stream = tls ? connectEncrypted({ host, port, ...tls }) : connectPlainly({ host, port });
      this.stream.once('error', (error: Error) => {
        this.firstError = error;
      });
      return this.stream;
    }
  };
}

/** ioredis hands its own over, and types them as unknown. */
const isOptions = (options: unknown): options is RedisOptions =>
  typeof options === 'object' && options !== null;

function lookUp(campaignDir: string, options: RedisOptions): void {
  try {
    const server = readServerRecord(campaignDir);
    if (server === undefined) return;
    const tls = tlsOfServer(server, campaignDir);
    options.host = server.host;
    options.port = server.port;
    if (tls) options.tls = tls;
    else delete options.tls;
  } catch {
    // A file that is just being replaced: the last address, and another look with the next try.
  }
}
