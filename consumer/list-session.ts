import { readdirSync, readFileSync } from 'node:fs';

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

/** Fields 3 and 6 of /proc/PID/stat. The command name in field 2 may hold spaces and parentheses. */
function readStat(pid: number): { state: string; session: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , , session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: state ?? '', session: Number(session) };
  } catch {
    return undefined;
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
