import type { Redis } from 'ioredis';
import { PreloadedRedis, shaOf } from '../preloaded-redis.ts';
import {
  findLostScript,
  moveWaitingScript,
  readIdsScript,
  straightenScript,
  withdrawScript,
  withdrawUnownedScript,
  withdrawWaitingScript,
} from './audit-scripts.ts';
import { readFinishedScript, removeFinishedScript } from './sweep-scripts.ts';

/** Every script of oact's own; a campaign's server is given them at its start. */
export const ownScripts: readonly string[] = [
  readIdsScript,
  withdrawScript,
  withdrawWaitingScript,
  withdrawUnownedScript,
  moveWaitingScript,
  straightenScript,
  findLostScript,
  readFinishedScript,
  removeFinishedScript,
];

/** Runs a script of ours: by its name on a campaign's own server, where nobody but its admin may send one. */
export function runScript(
  redis: Redis,
  script: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  if (!(redis instanceof PreloadedRedis)) return redis.eval(script, keys.length, ...keys, ...args);
  return redis.evalsha(shaOf(script), keys.length, ...keys, ...args);
}
