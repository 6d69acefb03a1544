import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
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

/** The parallel phase of a run: ranks live from the first SCF to the last. */
export interface RankPhase {
  /** Starts the ranks and waits until each has reported; false when mpirun ended before that, its words on stderr. */
  start(): Promise<boolean>;
  stop(): Promise<void>;
  /** Somebody killed a rank or mpirun. */
  hasDied(): boolean;
}

// Beside the executable, not in dist: they are shell scripts.
const scriptDirectory = new URL('../../../stand-in/', import.meta.url);
const rankProgram = fileURLToPath(new URL('orca_leanscf_mpi', scriptDirectory));
const launcher = fileURLToPath(new URL('mpirun-stand-in', scriptDirectory));

export function createRankPhase(options: RankOptions): RankPhase {
  return options.count === 1 ? createSerialPhase(options) : createParallelPhase(options);
}

/** The serial program is its own rank. */
function createSerialPhase({ reportFile, leakedVariables }: RankOptions): RankPhase {
  return {
    start: () => {
      appendReports(reportFile, [describeDriver(leakedVariables)]);
      return Promise.resolve(true);
    },
    stop: () => Promise.resolve(),
    hasDied: () => false,
  };
}

function createParallelPhase(options: RankOptions): RankPhase {
  const reports: RankReport[] = [];
  let ended: Promise<void> = Promise.resolve();
  let hasDied = false;
  return {
    async start() {
      const child = spawnLauncher(options);
      ended = new Promise((resolve) => {
        child.once('error', () => resolve());
        child.once('close', (code) => {
          hasDied = code !== 0;
          resolve();
        });
      });
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
      return reports.length === options.count;
    },
    async stop() {
      for (const { pid } of reports) endRank(pid);
      await ended;
    },
    hasDied: () => hasDied,
  };
}

function spawnLauncher(options: RankOptions): ChildProcessByStdio<null, Readable, null> {
  const program = [rankProgram, options.seconds.toFixed(3), ...(options.burnsCpu ? ['burn'] : [])];
  const [command, ...before] = options.usesMpirun
    ? ['mpirun', '-np', String(options.count), ...options.mpiArguments]
    : [launcher, String(options.count)];
  return spawn(command, [...before, ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
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
