import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChaosReport, hasViolation } from './judging/chaos-report.ts';
import { type ChaosWorld, tmpDirOf } from './chaos-world.ts';
import { judgeImports } from './judging/judge-imports.ts';
import { judgeOverlaps } from './judging/judge-overlaps.ts';
import { judgeFiles, judgeResults } from './judging/judge-results.ts';
import { judgeRows } from './judging/judge-rows.ts';
import { killSettle } from './kill-settle.ts';
import { listOwnProcesses } from './list-processes.ts';
import { measureWaste } from './judging/measure-waste.ts';
import { parseRunLog } from './judging/parse-run-log.ts';
import { countUnsettled, dropWaiting, readTable } from './judging/read-table.ts';
import { readUptime } from './read-uptime.ts';
import { listLeftOut, runKiller } from './blows/run-killer.ts';
import { listMisled } from './blows/start-herd.ts';
import { leaveWorld, startWorld } from './start-world.ts';
import { watchRuns } from './watch-runs.ts';
import { runLogName } from './write-chaos-orca.ts';

/** What 16 slots do in a minute of blows: the campaign ends shortly after the killer. */
const jobsPerMinute = 400;
const fewestJobs = 400;
/** For the locks of the dead, faults that wait 30 s, an audit, and what the killer held up. */
const settleSeconds = 180;

/** Ten transactions of the reconciler. */
const settledResults = 5000;

/** Runs a campaign while a killer is at work, then compares everything with what it must be. */
export async function runChaosCampaign(options: {
  minutes: number;
  seed: number;
  redisProgram: string;
  /** Default: as many as an idle machine does in that time. */
  jobs?: number | undefined;
  /** With a cluster to which serve submits; default: without. */
  allocations?: boolean;
  /** With jobs of two sizes on each node; default: without. */
  lanes?: boolean;
  /** Aborted to end early; the report then names what is unsettled. */
  signal?: AbortSignal;
}): Promise<ChaosReport> {
  const { seed } = options;
  const startedMs = Date.now();
  const jobs = options.jobs ?? Math.max(fewestJobs, Math.round(options.minutes * jobsPerMinute));
  const dir = mkdtempSync(join(tmpdir(), 'oact-chaos-'));
  const { world, campaign, stop } = await startWorld(dir, {
    ...options,
    jobs,
    allocations: options.allocations ?? false,
    lanes: options.lanes ?? false,
  });
  const watch = watchRuns(join(dir, runLogName));
  let struck: Map<string, number>;
  let dropped: number;
  let partial: string[];
  try {
    struck = await runKiller(world, options.minutes * 60, options.signal);
    partial = judgeImports(campaign.databasePath, world.waves);
    dropped = dropWaiting(campaign.databasePath);
    // Its audit finds at once what Redis has lost; the next one is a minute away.
    world.serve.signal('SIGTERM');
    const deadline = Date.now() + (settleSeconds + options.minutes * 20) * 1000;
    while (countUnsettled(campaign.databasePath) > 0 && Date.now() < deadline) {
      if (options.signal?.aborted) break;
      await delay(500);
    }
  } catch (error) {
    watch.stop();
    await stop();
    leaveWorld(world, campaign, true);
    throw error;
  }
  const allocations = await untilAllocationsEnd(world);
  const submitted = await world.cluster?.count();
  await stop();
  watch.stop();
  const settle = await killSettle(dir, { ...options, results: settledResults });
  const commands = [world.serve, world.reconciler, ...world.consumers, ...world.old, ...world.herd];
  const stuck = commands.filter((command) => command.wasForced());
  const runs = parseRunLog(readFileSync(join(dir, runLogName), 'utf8'));
  const leftovers = endLeftovers(world);
  const rows = readTable(campaign.databasePath);
  const ofRows = judgeRows(rows, world.shotJobs);
  const overlaps = judgeOverlaps(runs, watch.lastSeen);
  const bootMs = Date.now() - readUptime() * 1000;
  const report: ChaosReport = {
    seed,
    seconds: Math.round((Date.now() - startedMs) / 1000),
    jobs: jobs - dropped,
    blows: { ...Object.fromEntries(struck), [`SIGKILL settle of ${settle.results} results`]: settle.kills },
    leftOut: listLeftOut(world),
    checks: [
      { what: 'rows not settled', names: ofRows.unsettled },
      { what: 'rows wrong', names: ofRows.wrong },
      { what: 'rows that differ from the result on disk', names: judgeResults(rows) },
      { what: 'job directories without the output of the result', names: judgeFiles(rows) },
      { what: 'attempts counted twice', names: ofRows.countedTwice },
      { what: 'fail_count wrong', names: ofRows.failCountWrong },
      { what: 'runs that shared a directory', names: overlaps.sharedDirs },
      { what: 'attempts on which two ORCAs worked at a time', names: overlaps.overlaps },
      {
        what: 'imports that left some of their rows',
        names: partial,
      },
      { what: 'commands that worked in a copied campaign', names: world.acceptedCopies },
      { what: 'records wrong after settles that were killed in their middle', names: settle.wrong },
      { what: 'consumers of a herd that missed a directory', names: listMisled(world) },
      ...(allocations === null
        ? []
        : [{ what: 'allocations lost, doubled, too many or not closed', names: allocations }]),
      { what: 'leftover processes', names: leftovers },
      { what: 'scratch directories left behind', names: listLeftScratch(dir) },
      { what: 'processes that did not stop', names: stuck.map(({ name }) => name) },
    ],
    waste: measureWaste(runs, rows, (epochMs) => (epochMs - bootMs) / 1000),
    exits: {
      consume: sumExits(world.consumers.map(({ exits }) => exits)),
      'consume of the previous release': sumExits(world.old.map(({ exits }) => exits)),
      'consume in a herd': sumExits(world.herd.map(({ exits }) => exits)),
      serve: sumExits([world.serve.exits]),
      reconcile: sumExits([world.reconciler.exits]),
      ...(submitted === undefined ? {} : { allocations: { 'whichever way': submitted } }),
    },
    keptDir: dir,
  };
  const keeps = hasViolation(report);
  leaveWorld(world, campaign, keeps);
  return keeps ? report : { ...report, keptDir: null };
}

/** With no work left, allocations end by themselves. @returns what is wrong with them; null: there is no cluster */
async function untilAllocationsEnd({ cluster, databasePath }: ChaosWorld): Promise<string[] | null> {
  if (cluster === null) return null;
  const deadline = Date.now() + settleSeconds * 1000;
  let faults: string[];
  do {
    await delay(1000);
    faults = await cluster.judge(databasePath);
  } while (faults.length > 0 && Date.now() < deadline);
  return faults;
}

/** Ends what is still there after everything was stopped, and says what it was. */
function endLeftovers(world: ChaosWorld): string[] {
  const left = listOwnProcesses(world.dir);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
  return left.map(({ pid, program, jobId }) => `${program} ${pid} ${jobId ?? ''}`.trim());
}

/** What a node remembers of its mpirun is kept for a day. */
const isMemory = (name: string): boolean => /^mpirun-[0-9a-f]{16}$/.test(name);

/** Below `oact-UID`: what consumers that were killed could not remove, and those after them had to. */
function listLeftScratch(dir: string): string[] {
  return readdirSync(tmpDirOf(dir), { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name];
    const homes = readdirSync(join(tmpDirOf(dir), entry.name)).filter((name) => !isMemory(name));
    return homes.map((home) => join(entry.name, home));
  });
}

function sumExits(all: readonly Map<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [how, count] of all.flatMap((exits) => [...exits])) sums[how] = (sums[how] ?? 0) + count;
  return sums;
}
