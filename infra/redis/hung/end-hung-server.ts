/** Ends a campaign's server that does not answer, by its process. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerRecord, serverRecordPath } from '../../../core/redis/campaign-redis.ts';
import { OactError, systemErrorCode } from '../../../core/errors.ts';
import { isProcessAlive } from '../process-alive.ts';
import { explainForeignProcess, lookAtServerProcess, readDataDir } from './own-server-process.ts';

/** Redis ends within a second of SIGTERM when nothing holds it up. */
const termMs = 5000;
const killMs = 10_000;

/**
 * TERM, and KILL when that is not enough: a script that holds Redis up keeps it from hearing TERM. What was acknowledged is in its
 * append-only file.
 * @throws OactError REDIS_OTHER_NODE; REDIS_UNREACHABLE when the process is not this campaign's server, or does not end
 */
export async function endHungServer(record: ServerRecord, campaignDir: string): Promise<void> {
  const { pid, node } = record;
  if (node !== hostname())
    throw new OactError(
      'REDIS_OTHER_NODE',
      `the campaign's Redis runs on ${node} and can be ended by force only there`,
      {
        hint: `On ${node}: oact redis stop --force.`,
      },
    );
  const own = { uid: process.getuid?.() ?? -1, dataDir: readDataDir(campaignDir) };
  const foreign = explainForeignProcess(lookAtServerProcess(pid), own);
  if (foreign !== undefined)
    throw new OactError('REDIS_UNREACHABLE', `oact does not end process ${pid}, because ${foreign}`, {
      hint: `If this campaign's server is gone, delete ${serverRecordPath(campaignDir)}.`,
    });
  send(pid, 'SIGTERM');
  // One that was stopped by a signal hears nothing until it is continued.
  send(pid, 'SIGCONT');
  if (await isGoneWithin(pid, termMs)) return;
  send(pid, 'SIGKILL');
  if (await isGoneWithin(pid, killMs)) return;
  throw new OactError('REDIS_UNREACHABLE', `Redis (process ${pid}) does not end, even after KILL`, {
    hint: "A hanging disk or file system blocks it: ask the site's support.",
  });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (isProcessAlive(pid)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}
