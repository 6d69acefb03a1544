import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** Cuts every connection that is open now; new ones are served. */
  cut(): void;
  stop(): Promise<void>;
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
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) =>
      client.write(rewrite ? rewrite(chunk.toString('latin1')) : chunk, 'latin1'),
    );
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: await listen(server, port),
    cut,
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
