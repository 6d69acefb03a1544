import { readFileSync, statSync } from 'node:fs';
import { mayHaveWrapped, readStat } from './list-session.ts';
import { readLastPid } from './process-counters.ts';

/** Beyond so many ids, listing what lives is cheaper than looking at each that might. */
const mostIds = 256;

/**
 * Whether nothing of a run is left: no living process of its session, and none that left the session and kept the run's TMPDIR. Looks
 * at the process ids given out since the leader's, whatever else runs on the node, until none has been given out since.
 * @returns false when something is left, and when that cannot be told in this way: `listSession` and `stopStragglers` tell it then
 */
export function isNothingLeft(leader: number, tmpDir: string | undefined): boolean {
  const userId = process.getuid?.();
  let from = leader;
  let last = readLastPid();
  while (last !== undefined && last - from < mostIds) {
    for (let pid = from; pid <= last; pid += 1) if (belongsTo(pid, leader, tmpDir, userId)) return false;
    // A process that had gone when its turn came may have left a child, which then has got a later id.
    const now = readLastPid();
    if (now === last) return !mayHaveWrapped(leader);
    from = last + 1;
    last = now;
  }
  return false;
}

function belongsTo(
  pid: number,
  leader: number,
  tmpDir: string | undefined,
  userId: number | undefined,
): boolean {
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return false;
  const stat = readStat(pid);
  if (stat === undefined || stat[0] === 'Z' || stat[0] === 'X') return false;
  if (Number(stat[3]) === leader) return true;
  return tmpDir !== undefined && owner === userId && hasTmpDir(pid, tmpDir);
}

function hasTmpDir(pid: number, tmpDir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`TMPDIR=${tmpDir}`);
  } catch {
    // Gone meanwhile, or not ours to read.
    return false;
  }
}
