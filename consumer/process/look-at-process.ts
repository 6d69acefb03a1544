import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemErrorCode } from '../../core/errors.ts';
import { listProcesses } from './list-session.ts';
import { type HomeOwner, type LifeSign, renderPlace } from '../files/scratch-home.ts';

/** A process of our user, with the TMPDIR that it was started with. */
export interface ProcessWithTmpDir {
  pid: number;
  sessionId: number;
  tmpDir: string;
}

/** Looks at a process id here and now; a zombie is gone. */
export function lookAtProcess(pid: number): LifeSign {
  const answers = answersSignal(pid);
  if (answers === false) return { kind: 'gone' };
  if (!hasProc()) return answers === true ? { kind: 'lives', start: '0' } : { kind: 'unknown' };
  const stat = readStat(pid);
  if (!stat) return { kind: 'unknown' };
  return stat.isZombie ? { kind: 'gone' } : { kind: 'lives', start: stat.start };
}

/** Who this process is to those that find its scratch home later. */
export function readOwnIdentity(): HomeOwner {
  return {
    pid: process.pid,
    start: readStat(process.pid)?.start ?? '0',
    place: renderPlace(hostname(), readPidNamespace()),
  };
}

/**
 * Living processes of a user that have a TMPDIR; none without /proc.
 * @param among process ids; all when it is not given
 */
export function listProcessesWithTmpDir(
  userId: number,
  among: readonly number[] | undefined = listProcesses(),
): ProcessWithTmpDir[] {
  if (!hasProc()) return [];
  return (among ?? []).map((pid) => readProcess(pid, userId)).filter((found) => found !== undefined);
}

function readProcess(pid: number, userId: number): ProcessWithTmpDir | undefined {
  try {
    if (statSync(`/proc/${pid}`).uid !== userId) return undefined;
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const tmpDir = variables.find((variable) => variable.startsWith('TMPDIR='))?.slice('TMPDIR='.length);
    const stat = tmpDir === undefined ? undefined : readStat(pid);
    return tmpDir === undefined || !stat || stat.isZombie
      ? undefined
      : { pid, sessionId: stat.sessionId, tmpDir };
  } catch {
    // Gone meanwhile, or not ours to read.
    return undefined;
  }
}

/** Fields 3, 6 and 22 of /proc/PID/stat. The command name in field 2 may hold spaces and parentheses. */
function readStat(pid: number): { isZombie: boolean; sessionId: number; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const start = Number(fields[19]).toString(36);
    return { isZombie: /^[ZX]/.test(fields[0] ?? ''), sessionId: Number(fields[3]), start };
  } catch {
    return undefined;
  }
}

/** Undefined when the system does not say. */
function answersSignal(pid: number): boolean | undefined {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EPERM') return true;
    return code === 'ESRCH' ? false : undefined;
  }
}

function hasProc(): boolean {
  return readStat(process.pid) !== undefined;
}

/** Numbers of processes mean nothing in another namespace, a container's for example. */
function readPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
