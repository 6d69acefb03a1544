import { createHash } from 'node:crypto';

/** The consumer process that a scratch home was made by. All of it is in the directory's name, so that no file can be lost. */
export interface HomeOwner {
  pid: number;
  /** When it started, in clock ticks since the machine did, base 36; `0` where /proc is missing. */
  start: string;
  /** The host and process namespace in which `pid` means something. */
  place: string;
}

/** What can be learnt of a process id here and now. */
export type LifeSign = { kind: 'lives'; start: string } | { kind: 'gone' } | { kind: 'unknown' };

/** Six digits are enough: a mix-up also needs the same process id and start time. */
export function renderPlace(hostname: string, pidNamespace: string): string {
  return createHash('sha256').update(`${hostname}\n${pidNamespace}`).digest('hex').slice(0, 6);
}

/** Short, because Open MPI keeps sockets below it, whose paths may not exceed 107 bytes. */
export function renderHomeName({ pid, start, place }: HomeOwner): string {
  return `${pid}-${start}-${place}`;
}

const homePattern = /^([1-9]\d{0,9})-([0-9a-z]{1,13})-([0-9a-f]{6})$/;

/** Undefined for a name that oact did not give. */
export function parseHomeName(name: string): HomeOwner | undefined {
  const [, pid, start, place] = homePattern.exec(name) ?? [];
  if (pid === undefined || start === undefined || place === undefined) return undefined;
  return { pid: Number(pid), start, place };
}

/** The directory in which all homes of a user lie. */
export function renderBaseName(userId: number): string {
  return `oact-${userId}`;
}

/**
 * The home and run that a TMPDIR lies in: the mark that every rank of a run inherits. Undefined for any other TMPDIR.
 * The path before them is not compared: a symbolic link, or a TMPDIR for each allocation, gives one home several paths.
 */
export function parseScratchMark(
  tmpDir: string,
  userId: number,
): { owner: HomeOwner; run: string } | undefined {
  const parts = tmpDir.split('/');
  const base = parts.lastIndexOf(renderBaseName(userId));
  const owner = base < 0 ? undefined : parseHomeName(parts[base + 1] ?? '');
  const run = parts[base + 2] ?? '';
  return owner && run !== '' ? { owner, run } : undefined;
}

/**
 * Whether the consumer of a home lives. In doubt it does: a home that is kept costs some disk, one that is
 * taken for dead costs the runs of a living consumer.
 */
export function decideHome(
  owner: HomeOwner,
  here: { place: string; lookAt: (pid: number) => LifeSign },
): 'alive' | 'dead' | 'elsewhere' {
  if (owner.place !== here.place) return 'elsewhere';
  const sign = here.lookAt(owner.pid);
  if (sign.kind === 'lives') return sign.start === owner.start ? 'alive' : 'dead';
  return sign.kind === 'gone' ? 'dead' : 'alive';
}

/**
 * Whether a session with marked processes is a run's. A shell into which someone has copied the environment of a run
 * is marked, too, but not the session around it.
 * @param members process ids of the session that live
 */
export function isSessionOfRun(
  sessionId: number,
  members: readonly number[],
  marked: ReadonlySet<number>,
): boolean {
  if (members.length === 0) return false;
  return members.includes(sessionId) ? marked.has(sessionId) : members.every((pid) => marked.has(pid));
}
