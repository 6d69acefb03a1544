import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/**
 * Process ids of a session, without zombies. Ranks leave the process group of mpirun but keep the
 * session, so the group alone would miss them (reference: orca.md §0 of the design notes).
 * Without /proc (macOS) only the leader's process group can be seen: an answer of one id stands for it.
 */
export function listSession(sessionId: number): number[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return isGroupAlive(sessionId) ? [sessionId] : [];
  }
  const members: number[] = [];
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const stat = readStat(pid);
    if (stat?.session === sessionId && stat.state !== 'Z' && stat.state !== 'X') members.push(pid);
  }
  return members;
}

/** The fields up to the sixth have 60 bytes at most. One buffer for all: readFileSync would take 64 kB each time. */
const statHead = Buffer.alloc(128);

/** Fields 3 and 6 of /proc/PID/stat. The command name in field 2 may hold spaces and parentheses. */
function readStat(pid: number): { state: string; session: number } | undefined {
  try {
    const text = statHead.toString('latin1', 0, readHead(`/proc/${pid}/stat`));
    const [state, , , session] = text.slice(text.lastIndexOf(')') + 2).split(' ', 4);
    return { state: state ?? '', session: Number(session) };
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
