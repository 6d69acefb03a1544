/** How ORCA, started without an argument, ended. */
export interface ProbeEnd {
  /** Why it could not be started at all: `ENOENT`, `EACCES`…, or a message. */
  spawnError: string | null;
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  /** What it wrote to stdout and stderr, as far as it was kept. */
  text: string;
}

/** What a check found: nothing, something to know, or a reason to run no job on this node. */
export type Finding =
  | { kind: 'fit' }
  | { kind: 'doubtful'; message: string }
  /** mayPass: a disk may have room again in a minute; a library does not come by itself. */
  | { kind: 'unfit'; message: string; hint: string; mayPass: boolean };

const fit = { kind: 'fit' } as const;

const spawnErrors: Record<string, string> = {
  ENOENT: 'it is not there (ENOENT)',
  EACCES: 'it may not be executed (EACCES)',
  ENOEXEC: 'it is no program of this machine (ENOEXEC)',
};
/** Words of the loader, or of a shell that was handed a program of another machine. */
const loaderWords =
  /error while loading shared libraries|symbol lookup error|GLIBC(XX)?_|cannot execute|Syntax error: /;
/** What a shell answers for a program that it cannot start. */
const shellCodes: readonly number[] = [126, 127];
/** A program built for another processor, or a library of the wrong build. */
const crashSignals: readonly string[] = ['SIGILL', 'SIGSEGV', 'SIGBUS'];
/** The same, told by a wrapper script: 128 and the signal's number. */
const crashCodes: readonly number[] = [132, 135, 139];

/**
 * Whether ORCA starts. Without an argument it asks for one and ends with a code that is not 0 (ORCA 6), but any program
 * that merely ends is let through: only what tells of a broken node is held against it.
 */
export function judgeProbe(orcaPath: string, end: ProbeEnd): Finding {
  const { exitCode, signal, text } = end;
  const unfit = (why: string): Finding => ({
    kind: 'unfit',
    message: `ORCA (${orcaPath}) does not start: ${why}`,
    hint: 'Check that its file system and its libraries (Open MPI, modules) are there on this node, and LD_LIBRARY_PATH.',
    mayPass: false,
  });
  if (end.spawnError !== null) return unfit(spawnErrors[end.spawnError] ?? end.spawnError);
  const words = text.split('\n').find((line) => loaderWords.test(line));
  if (words !== undefined) return unfit(words.trim().slice(0, 300));
  if (signal !== null && crashSignals.includes(signal) && !end.timedOut) return unfit(`signal ${signal}`);
  if (exitCode !== null && [...shellCodes, ...crashCodes].includes(exitCode))
    return unfit(`exit code ${exitCode}`);
  if (!end.timedOut) return fit;
  return {
    kind: 'doubtful',
    message: `ORCA (${orcaPath}) did not end when started without an argument; oact stopped waiting`,
  };
}

const megabyte = 2 ** 20;
/** Open MPI puts about 4 MB of shared memory for each rank there: less than this does not carry one job of 16 ranks. */
const leastScratchBytes = 64 * megabyte;
/** The same for 192 ranks, the largest nodes, and some more. */
const ampleScratchBytes = 1024 * megabyte;

export function judgeScratch(dir: string, freeBytes: number): Finding {
  const message = `the scratch directory ${dir} has ${Math.floor(freeBytes / megabyte)} MB left`;
  if (freeBytes < leastScratchBytes)
    return {
      kind: 'unfit',
      message,
      hint: 'Free space there, or set TMPDIR to another local disk.',
      mayPass: true,
    };
  return freeBytes < ampleScratchBytes ? { kind: 'doubtful', message } : fit;
}

const writeErrors: Record<string, [words: string, hint: string]> = {
  ENOSPC: ['no space left', 'Free space there.'],
  EDQUOT: ['the quota is exceeded', 'Free space there, or ask for a larger quota.'],
  EFBIG: ['files may not become larger than a limit', 'Raise the limit on file sizes (ulimit -f).'],
  EROFS: ['its file system is read-only', 'Ask the site to look at this mount on this node.'],
  EACCES: ['permission denied', 'Check owner and mode of the directory.'],
  EPERM: ['permission denied', 'Check owner and mode of the directory.'],
  EIO: ['input/output error', 'Ask the site to look at this disk.'],
  ESTALE: ['its file system is no longer mounted', 'Ask the site to look at this mount on this node.'],
  ENOENT: ['it is not there', 'Check that its file system is mounted on this node.'],
  ENOTDIR: ['a part of the path is a file', 'Check the path.'],
};

const passingErrors: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'ESTALE']);

/** @param code of the system call that failed, or its message where it has none */
export function judgeWriteError(what: string, dir: string, code: string): Finding {
  const [words, hint] = writeErrors[code] ?? [undefined, 'Check the directory on this node.'];
  const why = words === undefined ? code : `${words} (${code})`;
  const message = `the ${what} ${dir} cannot be written: ${why}`;
  return { kind: 'unfit', message, hint, mayPass: passingErrors.has(code) };
}

/** Twice what clocks without a time server drift apart in a week. Nothing of ours depends on less. */
const longestSkewMs = 30_000;

/**
 * How far this node's clock is ahead of another one that was read at some moment between two readings of ours.
 * @param otherMs 0: it was not told
 * @returns ms, negative when it is behind; 0 when they may agree
 */
export function measureSkewMs(otherMs: number, askedAtMs: number, answeredAtMs: number): number {
  if (otherMs === 0) return 0;
  if (otherMs < askedAtMs) return askedAtMs - otherMs;
  return Math.min(0, answeredAtMs - otherMs);
}

/** Locks do not depend on it, since Redis times them; what does is named. */
export function judgeSkew(skewMs: number): Finding {
  if (Math.abs(skewMs) <= longestSkewMs) return fit;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return {
    kind: 'doubtful',
    message: `the clock of this node is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of Redis: the wait of a job after a fault, and the times in results, are wrong by as much; if this clock is the wrong one, the end of the walltime too`,
  };
}
