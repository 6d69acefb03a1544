import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The network between the nodes and Redis. */
export interface BlackHoleProxy {
  port: number;
  /** From now on nothing arrives on either side, and nobody is told. */
  swallow(): void;
  /** What was under way arrives after all, as after a short cut. */
  heal(): void;
  /** Every connection breaks; new ones are served. */
  reset(): void;
  stop(): Promise<void>;
}

export async function startBlackHoleProxy(targetPort: number): Promise<BlackHoleProxy> {
  const sockets = new Set<Socket>();
  let isSwallowing = false;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isSwallowing) from.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    join(client, upstream);
    join(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  const heal = (): void => {
    isSwallowing = false;
    for (const socket of sockets) socket.resume();
  };
  const reset = (): void => {
    isSwallowing = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    swallow: () => {
      isSwallowing = true;
      for (const socket of sockets) socket.pause();
    },
    heal,
    reset,
    stop: async () => {
      server.close();
      reset();
      await once(server, 'close');
    },
  };
}
