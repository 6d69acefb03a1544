/** How the queue gets from the server of one allocation to that of the next: as a dump below the campaign. */
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { redisDirOf } from '../../../core/redis/campaign-redis.ts';

/** Redis's own name for it, in its data directory. */
const dumpName = 'dump.rdb';

const handoverPath = (campaignDir: string): string => join(redisDirOf(campaignDir), 'handover.rdb');

/** Puts a stopped server's dump where the next server finds it. @returns false when it left none */
export function leaveDump(campaignDir: string, dataDir: string): boolean {
  const dump = join(dataDir, dumpName);
  if (!existsSync(dump)) return false;
  const target = handoverPath(campaignDir);
  copyFileSync(dump, `${target}.new`);
  chmodSync(`${target}.new`, 0o600);
  renameSync(`${target}.new`, target);
  return true;
}

/** Takes the dump of the last server for the next one, which loads it at its start. Taken once: an old queue never comes back. */
export function takeDump(campaignDir: string, dataDir: string): boolean {
  const source = handoverPath(campaignDir);
  if (!existsSync(source)) return false;
  copyFileSync(source, join(dataDir, dumpName));
  rmSync(source);
  return true;
}

/** The campaign is done: nobody needs the queue any more. */
export function dropDump(campaignDir: string): void {
  rmSync(handoverPath(campaignDir), { force: true });
}
