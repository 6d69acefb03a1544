import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { makeBundle } from '../../bundle/make-bundle.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Figure, Measurement } from '../figure.ts';
import { type BenchCampaign, makeCampaign } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { readCpuUse } from '../timing/read-process.ts';
import { installedOact, runOact, startOact } from '../campaign/start-oact.ts';
import { median } from '../statistics.ts';
import { listOpened, traceCommand } from '../timing/trace-files.ts';
import { writeProgram } from '../campaign/write-program.ts';

/** One start of a consumer on a queue that holds a job. */
interface Start {
  /** Until it says so itself, ms. */
  startedMs: number;
  /** Until its first ORCA runs, ms. */
  firstJobMs: number;
  /** CPU time of its process until then, ms. */
  cpuMs: number;
}

/** What a node does before its first job: as npm installs oact, and from a bundle. */
export async function measureConsumerStart(context: BenchContext): Promise<Measurement> {
  const count = context.isQuick ? 2 : 15;
  const bundle = join(mkdtempSync(join(context.dir, 'bundle-')), 'oact');
  await makeBundle(bundle);
  const programs = { bundled: join(bundle, 'bin', 'oact.js'), installed: installedOact() };
  const campaign = await makeCampaign(context.dir, 2 * count);
  const { close } = await openQueue(context, campaign.campaignId);
  await runOact(context, ['enqueue', '-C', campaign.dir, '--batch-size', String(2 * count)]);
  const rounds: { bundled: Start; installed: Start; emptyMs: number }[] = [];
  for (let round = 0; round < count; round++) {
    rounds.push({
      emptyMs: timeEmptyMs(context),
      bundled: await timeStart(context, campaign, programs.bundled),
      installed: await timeStart(context, campaign, programs.installed),
    });
  }
  const traced = await traceBoth(context, programs);
  await close();

  const of = (field: keyof Start, which: 'bundled' | 'installed'): number =>
    median(rounds.map((round) => round[which][field]));
  const emptyMs = median(rounds.map((round) => round.emptyMs));
  const figures: Figure[] = [
    {
      what: 'consumer from a bundle: start to first job',
      unit: 'ms',
      value: of('firstJobMs', 'bundled'),
      target: { atMost: 1000 },
    },
    { what: 'the same as npm installs it', unit: 'ms', value: of('firstJobMs', 'installed') },
    ...(traced?.figures ?? []),
  ];
  const fastestMs = Math.min(...rounds.map((round) => round.bundled.firstJobMs));
  const tell = (which: 'bundled' | 'installed'): string =>
    `${which} ${of('startedMs', which).toFixed(0)} ms until it says that it started, ${of('cpuMs', which).toFixed(0)} ms of CPU until the first job`;
  return {
    figures,
    notes: [
      `${tell('bundled')}; ${tell('installed')}; node with an empty file ${emptyMs.toFixed(0)} ms`,
      `medians of ${count}, in turn, warm cache (the fastest from a bundle: ${fastestMs.toFixed(0)} ms); before its first job a consumer also starts a guard and asks ORCA whether it can be run`,
      traced?.note ?? 'files are not counted: this machine has no strace',
    ],
  };
}

function timeEmptyMs(context: BenchContext): number {
  const empty = join(context.dir, 'empty.mjs');
  writeFileSync(empty, '');
  const beginMs = performance.now();
  execFileSync(process.execPath, [empty]);
  return performance.now() - beginMs;
}

function consumeArguments(context: BenchContext, campaign: BenchCampaign, work: string[]): string[] {
  const slotFlags = ['--slots', '1', '--cores-per-slot', '1', '--oversubscribe', '--grace', '0'];
  return ['consume', '-C', campaign.dir, ...slotFlags, '--orca-path', writeProgram(context.dir, work)];
}

async function timeStart(context: BenchContext, campaign: BenchCampaign, oact: string): Promise<Start> {
  // The probe has no arguments; a job stays, so that the CPU time is that of the start.
  const args = consumeArguments(context, campaign, ['[ $# -eq 0 ] || exec sleep 60']);
  const beginMs = performance.now();
  const consumer = startOact(context, args, [process.execPath, oact]);
  await consumer.says('consumer started');
  const startedMs = performance.now() - beginMs;
  await consumer.says('job started');
  const firstJobMs = performance.now() - beginMs;
  const cpuMs = readCpuUse(consumer.pid).own * 1000;
  await consumer.stop();
  return { startedMs, firstJobMs, cpuMs };
}

/** Undefined where nothing can be traced. */
async function traceBoth(
  context: BenchContext,
  programs: { bundled: string; installed: string },
): Promise<{ figures: Figure[]; note: string } | undefined> {
  if (findOnPath('strace', process.env['PATH'] ?? '') === undefined) return undefined;
  const bundled = await trace(context, programs.bundled);
  const installed = await trace(context, programs.installed);
  const floor = traceEmpty(context);
  return {
    figures: [
      {
        what: 'files that a consumer from a bundle opens',
        unit: 'files',
        value: bundled.all,
        target: { atMost: 99 },
      },
      { what: 'the same as npm installs it', unit: 'files', value: installed.all },
    ],
    note: `of them oact's own ${bundled.own} bundled, ${installed.own} installed; its guard counts, jobs and a try of mpirun do not; node with an empty file opens ${floor}`,
  };
}

/** A consumer that finds nothing to do, with its guard. */
async function trace(context: BenchContext, oact: string): Promise<{ all: number; own: number }> {
  const log = join(mkdtempSync(join(context.dir, 'trace-')), 'log');
  const empty = await makeCampaign(context.dir, 1);
  // mpirun, which is tried once a day on a node, opens hundreds of files of its own, as each ORCA's does.
  appendFileSync(join(empty.dir, 'oact.yaml'), '\nnode: {mpirunProbe: 0}\n');
  const args = consumeArguments(context, empty, []);
  const consumer = startOact(
    context,
    [...args, '--idle-timeout', '1s'],
    traceCommand(log, [process.execPath, oact]),
  );
  await consumer.ended;
  const opened = listOpened(log).filter((path) => !path.startsWith(empty.dir));
  const root = oact.replace(/\/bin\/oact\.js$/, '');
  const own = opened.filter((path) => path.startsWith(root) || path.startsWith(findPackageRoot()));
  return { all: opened.length, own: own.length };
}

function traceEmpty(context: BenchContext): number {
  const log = join(mkdtempSync(join(context.dir, 'trace-')), 'log');
  const [program, ...args] = traceCommand(log, [process.execPath, join(context.dir, 'empty.mjs')]);
  execFileSync(program, args);
  return listOpened(log).length;
}
