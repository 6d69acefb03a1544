import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createRequestSplitter, type WireRequest } from './split-requests.ts';

/** Whether a request to Redis is the one to wait for. */
export type RequestMatch = (words: readonly string[]) => boolean;

/** A network that stands still. */
export interface Hold {
  /** Resolves when it does. */
  reached: Promise<void>;
  /** What was held arrives after all. */
  thaw(): void;
}

export interface TcpProxy {
  port: number;
  /** Cuts every connection that is open now, with all that is held; new ones are served. */
  cut(): void;
  /** From the first request that matches, nothing of any client gets through any more. Nobody is told. */
  holdRequest(matches: RequestMatch): Hold;
  /** The first request that matches gets through; from then on no answer does. */
  holdAnswer(matches: RequestMatch): Hold;
  /** A black hole, from now on, in both directions. */
  holdAll(): Hold;
  stop(): Promise<void>;
}

/** Data of all connections that wait for the way to be open. */
interface Gate {
  isShut: boolean;
  pass(send: () => void): void;
  open(): void;
}

/** Shuts a gate at the first request that matches. */
interface Watch {
  gate: Gate;
  matches: RequestMatch;
  events: EventEmitter;
}

function createGate(): Gate {
  let held: (() => void)[] = [];
  return {
    isShut: false,
    pass(send) {
      if (this.isShut) held.push(send);
      else send();
    },
    open() {
      this.isShut = false;
      const due = held;
      held = [];
      for (const send of due) send();
    },
  };
}

/** Stands between a client and a real server; `rewrite` changes what the server says. */
export async function startTcpProxy(options: {
  target: { host: string; port: number };
  /** 0 for any free one. */
  port?: number;
  rewrite?: (text: string) => string;
}): Promise<TcpProxy> {
  const { target, port = 0, rewrite } = options;
  const sockets = new Set<Socket>();
  const requests = createGate();
  const answers = createGate();
  const watches = new Set<Watch>();
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const split = createRequestSplitter();
    client.on('data', (chunk: Buffer) => {
      for (const request of split(chunk)) {
        for (const watch of watches) look(watch, request);
        requests.pass(() => upstream.write(request.bytes));
      }
    });
    upstream.on('data', (chunk: Buffer) =>
      answers.pass(() => client.write(rewrite ? rewrite(chunk.toString('latin1')) : chunk, 'latin1')),
    );
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const look = (watch: Watch, { words }: WireRequest): void => {
    if (!watch.matches(words)) return;
    watches.delete(watch);
    watch.gate.isShut = true;
    watch.events.emit('reached');
  };
  const holdAt = (gate: Gate, matches: RequestMatch): Hold => {
    const watch = { gate, matches, events: new EventEmitter() };
    watches.add(watch);
    const thaw = (): void => {
      watches.delete(watch);
      gate.open();
    };
    return { reached: once(watch.events, 'reached').then(() => undefined), thaw };
  };
  return {
    port: await listen(server, port),
    cut,
    holdRequest: (matches) => holdAt(requests, matches),
    holdAnswer: (matches) => holdAt(answers, matches),
    holdAll: () => {
      requests.isShut = true;
      answers.isShut = true;
      const thaw = (): void => {
        requests.open();
        answers.open();
      };
      return { reached: Promise.resolve(), thaw };
    },
    stop: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

/** Starts listening on loopback and tells the port. */
export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}
