import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line of `<base>.standin-ranks.jsonl`; null where the system does not tell. */
interface RankReport {
  rank: number;
  pid: number;
  pgid: number | null;
  sid: number | null;
  cpusAllowed: string | null;
  ompNumThreads: string | null;
  tmpdir: string | null;
  leakedVariables: string[];
}

interface RankOptions {
  count: number;
  /** How long the ranks stay when nobody ends them. */
  seconds: number;
  burnsCpu: boolean;
  usesMpirun: boolean;
  /** Further words for mpirun, ORCA's second argument. */
  mpiArguments: string[];
  leakedVariables: string[];
  reportFile: string;
}

/** Running ranks, or none for a serial run. */
export interface Ranks {
  stop(): Promise<void>;
}

// Beside the executable, not in dist: they are shell scripts.
const scriptDirectory = new URL('../../stand-in/', import.meta.url);
const rankProgram = fileURLToPath(new URL('orca_leanscf_mpi', scriptDirectory));
const launcher = fileURLToPath(new URL('mpirun-stand-in', scriptDirectory));

/**
 * Starts the ranks and waits until each has reported. Returns undefined when the launcher ended before that
 * (mpirun missing, refusing, out of slots); its own words are on stderr.
 */
export async function startRanks(options: RankOptions): Promise<Ranks | undefined> {
  if (options.count === 1) {
    appendReports(options.reportFile, [describeDriver(options.leakedVariables)]);
    return { stop: () => Promise.resolve() };
  }
  const program = [rankProgram, options.seconds.toFixed(3), ...(options.burnsCpu ? ['burn'] : [])];
  const [command, ...before] = options.usesMpirun
    ? ['mpirun', '-np', String(options.count), ...options.mpiArguments]
    : [launcher, String(options.count)];
  const child = spawn(command, [...before, ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const reports: RankReport[] = [];
  const reported = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = parseReport(line, options.leakedVariables);
      if (report && reports.push(report) === options.count) resolve();
    });
  });
  await Promise.race([reported, ended]);
  appendReports(
    options.reportFile,
    reports.toSorted((a, b) => a.rank - b.rank),
  );
  if (reports.length < options.count) return undefined;
  return {
    async stop() {
      for (const { pid } of reports) endRank(pid);
      await ended;
    },
  };
}

/** USR1 is how a rank is told that its phase is over; the launcher ends after the last. */
function endRank(pid: number): void {
  try {
    process.kill(pid, 'SIGUSR1');
  } catch {
    // It ended by itself.
  }
}

function parseReport(line: string, leakedVariables: string[]): RankReport | undefined {
  const [mark, rank, pid, pgid, sid, cpus, threads, tmpdir] = line.split('\t');
  if (mark !== 'rank') return undefined;
  return {
    rank: Number(rank),
    pid: Number(pid),
    pgid: pgid ? Number(pgid) : null,
    sid: sid ? Number(sid) : null,
    cpusAllowed: cpus || null,
    ompNumThreads: threads || null,
    tmpdir: tmpdir || null,
    leakedVariables,
  };
}

/** The serial program is its own rank 0. */
function describeDriver(leakedVariables: string[]): RankReport {
  const stat = readProc('stat')
    ?.replace(/^.*\) /, '')
    .split(' ');
  return {
    rank: 0,
    pid: process.pid,
    pgid: stat ? Number(stat[2]) : null,
    sid: stat ? Number(stat[3]) : null,
    cpusAllowed: /^Cpus_allowed_list:\s*(\S+)/m.exec(readProc('status') ?? '')?.[1] ?? null,
    ompNumThreads: process.env['OMP_NUM_THREADS'] ?? null,
    tmpdir: process.env['TMPDIR'] ?? null,
    leakedVariables,
  };
}

/** A file of /proc/self, or undefined where there is no /proc. */
function readProc(name: string): string | undefined {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

function appendReports(file: string, reports: RankReport[]): void {
  appendFileSync(file, reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
}
