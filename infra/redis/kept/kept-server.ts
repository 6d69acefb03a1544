/** A campaign's server that lives and ends with one allocation: its memory is handed over, its files are the node's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerRecord } from '../../../core/redis/campaign-redis.ts';
import { readDataDir } from '../hung/own-server-process.ts';
import { startServer, type StartedServer, type StartServerOptions } from '../start-server.ts';
import { stopServer } from '../stop-server.ts';
import { dropDump, leaveDump } from './hand-over.ts';

const dirPrefix = 'oact-kept-redis-';

/**
 * Starts it with the queue that the last one handed over, if there is one.
 * @param mayReplace also where a server of the same kind is noted that cannot be reached
 * @throws OactError as startServer
 */
export async function startKeptServer(
  options: Pick<StartServerOptions, 'campaignDir' | 'campaignId' | 'bind' | 'ownTls'>,
  mayReplace: boolean,
): Promise<StartedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), dirPrefix));
  const started = await startServer({ ...options, dataDir, kept: { mayReplace } }).catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  if (started.alreadyRan) rmSync(dataDir, { recursive: true, force: true });
  return started;
}

/** Whether this process may stop it: it is of this kind, and runs here. */
export function isKeptHere(record: ServerRecord): boolean {
  return record.keptBy === 'serve' && record.node === hostname();
}

/**
 * Stops it. @param isDone the campaign is done, so that its queue is not handed over
 * @returns whether the queue was handed over
 * @throws OactError as stopServer
 */
export async function stopKeptServer(campaignDir: string, isDone: boolean): Promise<boolean> {
  const dataDir = readDataDir(campaignDir);
  let isLeft = false;
  await stopServer(campaignDir, {
    save: !isDone,
    // While it is still noted: nobody starts the next one without its queue.
    onStopped: () => {
      if (isDone) dropDump(campaignDir);
      else if (dataDir !== undefined) isLeft = leaveDump(campaignDir, dataDir);
    },
  });
  if (dataDir?.includes(dirPrefix) === true) rmSync(dataDir, { recursive: true, force: true });
  return isLeft;
}
