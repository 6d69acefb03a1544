import { request } from 'node:http';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import type { RedisInUse } from '../../infra/redis/redis-in-use.ts';
import { startEmbedded } from '../../infra/redis/start-embedded.ts';
import { startPrivateServer } from '../../infra/redis/start-private-server.ts';
import { parseRedisUrl } from '../../core/redis/redis-address.ts';

const testRedisKinds = ['container', 'server', 'embedded'] as const;
export type TestRedisKind = (typeof testRedisKinds)[number];

export interface TestRedis extends RedisInUse {
  kind: TestRedisKind;
}

/** Container where a Docker engine answers, else a server of this machine, else the embedded one. OACT_TEST_REDIS forces one. */
export async function chooseTestRedis(): Promise<TestRedisKind> {
  const forced = process.env['OACT_TEST_REDIS'];
  if (forced !== undefined && forced !== '') {
    const kind = testRedisKinds.find((name) => name === forced);
    if (kind) return kind;
    throw new Error(`OACT_TEST_REDIS is '${forced}'; it may be ${testRedisKinds.join(', ')}`);
  }
  if (await hasDockerEngine()) return 'container';
  return (await findRedisProgram()) ? 'server' : 'embedded';
}

/** A Redis of its own for a test file: empty, with a password, gone after `stop`. */
export async function startTestRedis(): Promise<TestRedis> {
  const kind = await chooseTestRedis();
  if (kind === 'embedded') return { kind, ...(await startEmbedded()) };
  if (kind === 'container') return { kind, ...(await startContainer()) };
  const program = await findRedisProgram();
  if (!program) throw new Error('OACT_TEST_REDIS=server, but this machine has no redis-server');
  return { kind, ...(await startPrivateServer(program)) };
}

async function startContainer(): Promise<RedisInUse> {
  const { GenericContainer } = await import('testcontainers');
  const container = await new GenericContainer('redis:7.4-alpine')
    .withExposedPorts(6379)
    .withCommand(['redis-server', '--requirepass', 'test', '--save', ''])
    .start();
  const url = `redis://:test@${container.getHost()}:${container.getMappedPort(6379)}/0`;
  return {
    address: parseRedisUrl(url, 'external'),
    stop: async () => {
      await container.stop();
    },
  };
}

/** The docker client may be there without an engine, so the socket is asked. */
function hasDockerEngine(): Promise<boolean> {
  const host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const target = host.startsWith('unix://')
    ? { socketPath: host.slice('unix://'.length) }
    : { host: new URL(host).hostname, port: new URL(host).port };
  return new Promise((resolve) => {
    const ping = request({ ...target, path: '/_ping', timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}
