import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { countForks, readLastPid, readPidLimits } from './process-counters.ts';

/**
 * Process ids of a session, without zombies. Ranks leave the process group of mpirun but keep the
 * session, so the group alone would miss them (reference: orca.md §0 of the design notes).
 * Without /proc (macOS) only the leader's process group can be seen: an answer of one id stands for it.
 */
export function listSession(sessionId: number): number[] {
  const dead = new Set<number>();
  for (let scan = 1; ; scan += 1) {
    const processes = listYounger(sessionId);
    if (!processes) return isGroupAlive(sessionId) ? [sessionId] : [];
    const { members, isCertain } = findMembers(sessionId, processes, dead);
    if (members.length > 0 || isCertain || scan === maxScans) return members;
  }
}

/**
 * The leader of a session, of which `listYounger` shall know when it started. Its members are its descendants, so that they have higher
 * process ids than it, unless the counter of process ids began anew meanwhile.
 * @param forks processes that this machine had started before it, at most
 * @returns forgets it
 */
export function noteLeader(pid: number, forks = countForks()): () => void {
  if (forks !== undefined) forksAtStart.set(pid, forks);
  return () => void forksAtStart.delete(pid);
}

/** This moment in place of a leader: whatever is started from now on is younger. @returns what `listYounger` takes */
export function noteMoment(): { since: number; forget: () => void } {
  // Between two process ids, so that no leader has it.
  const since = (readLastPid() ?? 0) + 0.5;
  return { since, forget: noteLeader(since) };
}

const forksAtStart = new Map<number, number>();

/**
 * Processes that may have been started since the leader was: on a node with thousands of others, looking at each costs more than all
 * the rest of a job's end. All processes when the leader was not noted, or process ids may have wrapped around since.
 */
export function listYounger(leader: number): number[] | undefined {
  const processes = listProcesses();
  if (!processes || mayHaveWrapped(leader)) return processes;
  return processes.filter((pid) => pid >= leader);
}

/** Whether process ids may have begun anew since a leader started; also when nobody noted its start. To be asked after what it is to vouch for. */
export function mayHaveWrapped(leader: number): boolean {
  const before = forksAtStart.get(leader);
  if (before === undefined) return true;
  const forks = countForks();
  const limits = readPidLimits();
  if (forks === undefined || limits === undefined) return true;
  // Ids in use are skipped, so that each living thread may cost one more.
  return leader + (forks - before) + limits.threads >= limits.pidMax;
}

/** Each further scan needs another hand-over within the millisecond that it takes. */
const maxScans = 50;

/**
 * A process that ends between the listing and its turn may have left a child behind that is not in the listing: nothing found
 * is certain only if nobody has vanished and no member has died since the listing.
 * @param dead members that had died before it; those found dead are added
 */
function findMembers(
  sessionId: number,
  processes: number[],
  dead: Set<number>,
): { members: number[]; isCertain: boolean } {
  const members: number[] = [];
  let isCertain = true;
  for (const pid of processes) {
    const stat = readStat(pid);
    const isMember = Number(stat?.[3]) === sessionId;
    const isDead = stat?.[0] === 'Z' || stat?.[0] === 'X';
    if (isMember && !isDead) members.push(pid);
    if (stat === undefined || (isMember && isDead && !dead.has(pid))) isCertain = false;
    if (isMember && isDead) dead.add(pid);
  }
  return { members, isCertain };
}

/** Ids of all processes, zombies included; undefined without /proc. */
export function listProcesses(): number[] | undefined {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid));
  } catch {
    return undefined;
  }
}

/** The fields up to the 17th have 250 bytes at most. One buffer for all: readFileSync would take 64 kB each time. */
const statHead = Buffer.alloc(512);

/**
 * Fields 3 to 17 of /proc/PID/stat; undefined when the process is gone. The command name in field 2 may hold spaces and
 * parentheses.
 */
export function readStat(pid: number): string[] | undefined {
  try {
    const text = statHead.toString('latin1', 0, readHead(`/proc/${pid}/stat`));
    return text.slice(text.lastIndexOf(')') + 2).split(' ', 15);
  } catch {
    return undefined;
  }
}

/** @returns how many bytes of `statHead` were read */
function readHead(path: string): number {
  const file = openSync(path, 'r');
  try {
    return readSync(file, statHead, 0, statHead.length, 0);
  } finally {
    closeSync(file);
  }
}

function isGroupAlive(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch {
    return false;
  }
}
