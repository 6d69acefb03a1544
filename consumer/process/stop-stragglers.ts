import type { Logger } from '../../core/logger.ts';
import { isSessionOfRun } from '../files/scratch-home.ts';
import { listSession, listYounger } from './list-session.ts';
import { listProcessesWithTmpDir, type ProcessWithTmpDir } from './look-at-process.ts';
import { stopSession } from './stop-session.ts';

/** The run is over: nobody waits for what they do. */
const graceMs = 1000;

/**
 * Ends what a run has started in sessions of its own (setsid: agents, message buses, daemons of MPI) and left behind. They are known by
 * the run's TMPDIR, which they inherit; one that changes its environment is out of reach.
 * @param leader of the run's session: only processes younger than it are looked at
 */
export async function stopStragglers(tmpDir: string, leader: number, log?: Logger): Promise<void> {
  const found = findStragglers(tmpDir, leader);
  if (found.length === 0) return;
  const marked = new Set(found.map(({ pid }) => pid));
  const sessions = [...new Set(found.map(({ sessionId }) => sessionId))];
  const ofRun = sessions.filter((id) => isSessionOfRun(id, listSession(id), marked));
  await Promise.all(ofRun.map((id) => stopSession(id, graceMs)));
  const left = findStragglers(tmpDir, leader).map(({ pid }) => pid);
  const stopped = [...marked].filter((pid) => !left.includes(pid));
  if (stopped.length > 0)
    log?.warn({ pids: stopped }, 'processes that had left the session of ORCA were stopped');
  if (left.length > 0)
    log?.warn({ pids: left }, 'processes that use the scratch directory of an ended run are still running');
}

function findStragglers(tmpDir: string, leader: number): ProcessWithTmpDir[] {
  const userId = process.getuid?.() ?? 0;
  return listProcessesWithTmpDir(userId, listYounger(leader)).filter((found) => found.tmpDir === tmpDir);
}
