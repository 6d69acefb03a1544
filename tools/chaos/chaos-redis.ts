import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort } from '../../infra/redis/free-port.ts';

/** A Redis on a fixed port that writes every command to disk before it answers. */
export interface ChaosRedis {
  port: number;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, with all it knew or with nothing. */
  start(options?: { empty: boolean }): Promise<void>;
  refuseWrites(refuses: boolean): Promise<void>;
  /** Full: OOM is the answer to every command that may need memory. */
  limitMemory(isLimited: boolean): Promise<void>;
  /** Its last snapshot failed: MISCONF is the answer to every write. */
  failSnapshots(doFail: boolean): Promise<void>;
  /** Takes one waiting job off the queue, as Bull Board does. */
  removeOneJob(lanePrefix: string): Promise<void>;
  stop(): Promise<void>;
}

const patienceMs = 20_000;

/** @param env laid over that of this process: a library that shifts its clock, for example */
export async function startChaosRedis(
  program: string,
  dir: string,
  env: Record<string, string> = {},
): Promise<ChaosRedis> {
  const port = await findFreePort();
  const dataDir = join(dir, 'redis');
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  };
  const start = async (options = { empty: false }): Promise<void> => {
    if (options.empty) rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir, { recursive: true });
    const listen = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const full = ['--maxmemory-policy', 'noeviction'];
    child = spawn(program, [...listen, ...durable, ...full, '--logfile', join(dir, 'redis.log')], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    await waitForPong(port);
  };
  await start();
  return {
    port,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    // Replicas that do not exist: NOREPLICAS is the answer to every write.
    refuseWrites: (refuses) =>
      withClient(port, (client) => client.config('SET', 'min-replicas-to-write', refuses ? '1' : '0')),
    limitMemory: (isLimited) =>
      withClient(port, (client) => client.config('SET', 'maxmemory', isLimited ? '1' : '0')),
    failSnapshots: (doFail) =>
      withClient(port, (client) => (doFail ? breakSnapshot(client) : client.config('SET', 'save', ''))),
    removeOneJob: (lanePrefix) =>
      withClient(port, async (client) => {
        const jobId = await client.lpop(`${lanePrefix}wait`);
        if (jobId !== null) await client.del(lanePrefix + jobId);
      }),
  };
}

async function withClient(port: number, act: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis({ port, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  try {
    await act(client);
  } finally {
    client.disconnect();
  }
}

/** Kills the child that writes a snapshot, as the kernel does when memory is short. Each key takes it a second meanwhile. */
export async function breakSnapshot(client: Redis): Promise<void> {
  await client.config('SET', 'rdb-key-save-delay', '1000000');
  await client.config('SET', 'save', '3600 1000000');
  const deadline = Date.now() + patienceMs;
  for (let isBroken = false; !isBroken && Date.now() < deadline;) {
    await client.bgsave().catch(() => undefined);
    killChildren((await client.info('server')).match(/process_id:(\d+)/)?.[1] ?? '');
    await delay(50);
    isBroken = (await client.info('persistence')).includes('rdb_last_bgsave_status:err');
  }
  await client.config('SET', 'rdb-key-save-delay', '0');
}

function killChildren(parent: string): void {
  const path = `/proc/${parent}/task/${parent}/children`;
  for (const pid of readFileSync(path, 'utf8').split(' ').filter(Boolean))
    process.kill(Number(pid), 'SIGKILL');
}

async function waitForPong(port: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await answersPing(port))) {
    if (Date.now() > deadline) throw new Error(`Redis did not answer on port ${port}`);
    await delay(50);
  }
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => {
      resolve(chunk.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(false));
  });
}
