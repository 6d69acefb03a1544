import { tmpdir } from 'node:os';
import { listTakenCores } from '../../consumer/cores/claim-cores.ts';
import { formatCpuList } from '../../consumer/cores/parse-cpu-list.ts';
import { checkJobRoot, checkScratch } from '../../consumer/fitness/check-node.ts';
import { probeMpirun } from '../../consumer/fitness/check-mpirun.ts';
import { judgeMpirun } from '../../consumer/fitness/judge-mpirun.ts';
import { judgeProbe, judgeSkew } from '../../consumer/fitness/judge-node.ts';
import { probeOrca } from '../../consumer/fitness/probe-orca.ts';
import type { Allocation } from '../../scheduler/read-allocation.ts';
import { scratchRoots } from '../../consumer/files/run-scratch.ts';
import type { Config } from '../../core/config/config.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { describeRedis } from '../../core/redis/redis-address.ts';
import { askRedisOfNode } from '../node/ask-redis-of-node.ts';
import type { NodeFlags } from '../flags/node-flags.ts';
import { canPin, findOrcaOf, type NodeDrawing, planMpirunCheck } from '../node/plan-node.ts';
import { type CheckLine, fail, failOf, lineOf, ok, skip, warn } from './check-line.ts';
import { findStrangeDirs } from './find-strange-dirs.ts';
import { judgeAllocation, judgeDrawing, judgeStrangeDirs } from './judge-compute-node.ts';
import { judgeNodeVersion } from './judge-login.ts';
import { answers, type Check } from './run-checks.ts';

/** ORCA answers within a tenth of a second, from a cold file system within a few. */
const orcaProbeMs = 10_000;

/** What is known before anything is tried. */
export interface NodeUnderDoctor {
  flags: NodeFlags;
  /** undefined: none here. */
  campaign: Campaign | undefined;
  node: Config['node'];
  allocation: Allocation;
  /** How the node is cut, or why it cannot be. */
  drawing: NodeDrawing | { error: unknown };
}

/** What a consumer on this node needs. */
export function listNodeChecks(parts: NodeUnderDoctor): Check[] {
  const { campaign, node, drawing, allocation } = parts;
  const scratch = node.scratch === 'tmpdir' ? tmpdir() : node.scratch;
  return [
    {
      name: 'node.js',
      limitSeconds: 1,
      run: () => Promise.resolve([judgeNodeVersion(process.versions.node), judgeAllocation(allocation)]),
    },
    {
      name: 'cores',
      limitSeconds: 1,
      run: () =>
        Promise.resolve(
          'error' in drawing
            ? [failOf('cores', drawing.error)]
            : [...judgeDrawing(drawing, allocation.scheduler !== null), ...judgePinning(parts.flags)],
        ),
    },
    { name: 'consumers', limitSeconds: 5, run: () => checkOthers(parts) },
    { name: 'orca', limitSeconds: 20, run: (cut) => checkOrca(parts, cut) },
    {
      name: 'mpirun',
      limitSeconds: Math.max(10, 10 * node.mpirunProbe),
      run: (cut) => checkRanks(parts, cut),
    },
    ...scratchRoots(scratch).map((dir) => ({
      name: 'scratch',
      limitSeconds: 15,
      run: async () => [lineOf('scratch', await checkScratch(dir), `${dir}: writable`)],
    })),
    {
      name: 'job root',
      limitSeconds: 20,
      run: () => (campaign === undefined ? noCampaign('job root') : checkRoot(campaign.jobRoot)),
    },
    {
      name: 'redis',
      limitSeconds: 15,
      run: () => (campaign === undefined ? noCampaign('redis') : checkRedisAndClock(campaign)),
    },
  ];
}

function noCampaign(check: string): Promise<CheckLine[]> {
  return Promise.resolve([
    skip(check, 'no campaign in this directory: change to one, or name it with -C DIR'),
  ]);
}

function judgePinning(flags: NodeFlags): CheckLine[] {
  if (canPin(flags)) return [ok('pinning', 'by taskset')];
  if (process.platform !== 'linux')
    return [skip('pinning', 'not available on this system: slots are not pinned')];
  return [
    warn('pinning', 'taskset is not on PATH: slots are not pinned', 'It is part of util-linux; check PATH.'),
  ];
}

/** Consumers that live on this node already, and the cores that a further one would share with them. */
async function checkOthers({ drawing }: NodeUnderDoctor): Promise<CheckLine[]> {
  const taken = await listTakenCores();
  if (taken.length === 0) return [ok('consumers', 'you have no other consumer on this node')];
  const own = 'error' in drawing ? [] : drawing.plan.slots.flatMap(({ cores }) => cores);
  return taken.map(({ pid, cores }) => {
    const words = `a consumer (process ${pid}) has pinned its slots to cores ${formatCpuList(cores)}`;
    return cores.some((core) => own.includes(core))
      ? warn(
          'consumers',
          words,
          'A second consumer takes the other cores, or shares these. Run one consumer per node.',
        )
      : ok('consumers', words);
  });
}

/** Where ORCA is: without a campaign as flags and PATH say. */
function orcaOf({ flags, campaign }: NodeUnderDoctor): Promise<string> {
  const { path = null } = campaign?.config.orca ?? {};
  return findOrcaOf(flags, { dir: campaign?.dir ?? process.cwd(), config: { orca: { path } } });
}

async function checkOrca(parts: NodeUnderDoctor, cut: AbortSignal): Promise<CheckLine[]> {
  let path: string;
  try {
    path = await orcaOf(parts);
  } catch (error) {
    // Elsewhere than in a campaign nobody has said where it is.
    const { message, cure } = failOf('orca', error);
    return [parts.campaign === undefined ? skip('orca', message) : fail('orca', message, cure)];
  }
  const end = await probeOrca(path, orcaProbeMs, cut, parts.node.keepEnvironment);
  return [lineOf('orca', judgeProbe(path, end), `${path} starts`)];
}

async function checkRanks(parts: NodeUnderDoctor, cut: AbortSignal): Promise<CheckLine[]> {
  const { drawing, flags, node } = parts;
  if ('error' in drawing) return [skip('mpirun', 'not tested: there are no slots')];
  const { slots, coresPerSlot } = drawing.plan;
  const orcaPath = await orcaOf(parts).catch(() => 'orca');
  const check = planMpirunCheck(slots, { orcaPath, pin: canPin(flags), node, recall: false });
  if (check === null) return [skip('mpirun', 'not tested: node.mpirunProbe is 0')];
  const facts = await probeMpirun(check, cut);
  if (facts === undefined)
    return [
      coresPerSlot > 1
        ? warn(
            'mpirun',
            'mpirun is not on PATH: ORCA can run in parallel only if it has its own',
            'Load the Open MPI module that this ORCA was built with, in the consumer script.',
          )
        : ok('mpirun', 'not on PATH; slots of one core do not need it'),
    ];
  const wanted = facts.wanted === null ? '' : `, ORCA seems to be built with Open MPI ${facts.wanted}`;
  const words = `${facts.path}, ${facts.versionText}: two ranks stay in slot 0${wanted}`;
  return [lineOf('mpirun', judgeMpirun(facts, coresPerSlot), words)];
}

async function checkRoot(jobRoot: string): Promise<CheckLine[]> {
  if (!(await answers(jobRoot)))
    return [fail('job root', `the file system of ${jobRoot} does not answer`, "Ask the site's support.")];
  return [lineOf('job root', await checkJobRoot(jobRoot), `${jobRoot}: writable`)];
}

async function checkRedisAndClock(campaign: Campaign): Promise<CheckLine[]> {
  try {
    const { address, clockSkewMs, found } = await askRedisOfNode(campaign, (redis) =>
      findStrangeDirs(redis, campaign.config.campaign, campaign.jobRoot),
    );
    const seconds = Math.round(Math.abs(clockSkewMs) / 1000);
    return [
      ok('redis', `${describeRedis(address)} answers this node`),
      ...judgeStrangeDirs(found, campaign.jobRoot),
      lineOf(
        'clock',
        judgeSkew(clockSkewMs),
        `differs from the clock of Redis by at most ${Math.max(1, seconds)} s`,
      ),
    ];
  } catch (error) {
    return [failOf('redis', error), skip('clock', 'compared only with the clock of Redis')];
  }
}
