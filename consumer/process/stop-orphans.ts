import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { listSession } from './list-session.ts';
import { listProcessesWithTmpDir, lookAtProcess, readOwnIdentity } from './look-at-process.ts';
import { openScratchBase, ownUserId, scratchRoots } from '../files/run-scratch.ts';
import {
  decideHome,
  isSessionOfRun,
  parseHomeName,
  parseScratchMark,
  renderHomeName,
} from '../files/scratch-home.ts';
import { stopSession } from './stop-session.ts';

/** Nobody waits for their result any more: time to clean up, not to finish. */
const graceMs = 5000;

interface Orphan {
  pid: number;
  sessionId: number;
  home: string;
  run: string;
}

/**
 * Stops what consumers that were killed have left running on this node, and removes their scratch directories.
 * Touches only sessions that were started with a TMPDIR in the home of a consumer that is dead. Several consumers may
 * do it at once. Never rejects: it is a service to the node, not a condition of the start.
 * @param scratch the campaign's node-local scratch; null: it has none
 */
export async function stopOrphans(log: Logger, scratch: string | null = null): Promise<void> {
  for (const root of scratchRoots(scratch)) await stopOrphansBelow(root, log);
}

async function stopOrphansBelow(root: string, log: Logger): Promise<void> {
  try {
    const base = await openScratchBase(root);
    const dead = base === undefined ? [] : await listDeadHomes(base);
    if (base === undefined || dead.length === 0) return;
    const orphans = listOrphans(dead);
    await stopSessions(orphans);
    const left = listOrphans(dead);
    const inUse = new Set(left.map(({ home }) => home));
    const unused = dead.filter((home) => !inUse.has(home));
    await Promise.all(unused.map((home) => rm(join(base, home), { recursive: true, force: true })));
    report(orphans, left, unused.length, log);
  } catch (error) {
    log.warn({ err: error }, 'what killed consumers left behind could not be cleaned up');
  }
}

function listOrphans(homes: readonly string[]): Orphan[] {
  const userId = ownUserId();
  return listProcessesWithTmpDir(userId).flatMap(({ pid, sessionId, tmpDir }) => {
    const mark = parseScratchMark(tmpDir, userId);
    if (!mark) return [];
    const home = renderHomeName(mark.owner);
    return homes.includes(home) ? [{ pid, sessionId, home, run: mark.run }] : [];
  });
}

async function stopSessions(orphans: readonly Orphan[]): Promise<void> {
  const marked = new Set(orphans.map(({ pid }) => pid));
  const sessions = [...new Set(orphans.map(({ sessionId }) => sessionId))];
  const ofRuns = sessions.filter((id) => isSessionOfRun(id, listSession(id), marked));
  await Promise.all(ofRuns.map((id) => stopSession(id, graceMs)));
}

function report(orphans: readonly Orphan[], left: readonly Orphan[], homes: number, log: Logger): void {
  const leftPids = left.map(({ pid }) => pid);
  const stopped = orphans.filter(({ pid }) => !leftPids.includes(pid));
  const runs = new Set(stopped.map(({ home, run }) => `${home}/${run}`)).size;
  const processes = stopped.length;
  if (processes > 0)
    log.warn({ processes, runs, homes }, 'what killed consumers had left running was stopped');
  else if (homes > 0) log.info({ homes }, 'scratch directories of killed consumers were removed');
  if (left.length > 0)
    log.warn({ pids: leftPids }, 'processes in the scratch directory of a killed consumer run on');
}

/** Names of the scratch homes in `base` whose consumers, of this very machine, live no more; none when it is not there. */
export async function listDeadHomes(base: string): Promise<string[]> {
  const here = { place: readOwnIdentity().place, lookAt: lookAtProcess };
  const names = await readdir(base).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    return [];
  });
  return names.filter((name) => {
    const owner = parseHomeName(name);
    return owner !== undefined && decideHome(owner, here) === 'dead';
  });
}
