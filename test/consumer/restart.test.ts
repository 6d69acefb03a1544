import { cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { NodeSetup } from '../../consumer/run/run-job.ts';
import type { Calculation } from '../../core/job/calculation.ts';
import { parseResult, type JobResult } from '../../core/job/result.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { useRedis } from '../support/use-redis.ts';
import { standInPath } from '../support/run-oact.ts';
import { aJob } from './a-payload.ts';
import { makeTestCampaign, startConsumer, type TestCampaign, type TestConsumer } from './start-consumer.ts';

const redis = useRedis();
afterEach(() => vi.unstubAllEnvs());

/** Uranyl, bent and stretched: the stand-in needs eight cycles. */
const optimization: Calculation = {
  ...aJob('/shared/jobs', 1, { recipe: parseRecipeOptions({ optimizer: 'orca' }) }).data.calculation,
  atoms: [
    ['U', 0, 0, 0],
    ['O', 0.4, 0.3, 2.1],
    ['O', 0, -0.2, -1.6],
  ],
};
const patient = { timeout: 30_000, interval: 10 };
type Changes = Parameters<typeof startConsumer>[3];

const start = (campaign: TestCampaign, seconds: number, changes: Changes = {}): TestConsumer => {
  vi.stubEnv('OACT_STANDIN_SECONDS', String(seconds));
  return startConsumer(redis.address, campaign, standInPath, { faultDelayMs: 1, ...changes });
};
const attemptDir = (campaign: TestCampaign): string => join(campaign.jobDir(), 'attempt-1');
const runsOf = (campaign: TestCampaign): string[] =>
  existsSync(attemptDir(campaign))
    ? readdirSync(attemptDir(campaign)).filter((name) => name.startsWith('run-'))
    : [];
const countFrames = (dir: string): number =>
  existsSync(join(dir, 'orca_trj.xyz'))
    ? (readFileSync(join(dir, 'orca_trj.xyz'), 'utf8').match(/^Coordinates/gm) ?? []).length
    : 0;
const resultOf = (campaign: TestCampaign): JobResult =>
  parseResult(JSON.parse(readFileSync(join(attemptDir(campaign), 'result.json'), 'utf8')), 'result.json');

/** Runs the optimisation until some cycles are done, and drains its consumer. @returns the directory of that run */
async function interrupt(campaign: TestCampaign, cycles: number, changes: Changes = {}): Promise<string> {
  await campaign.add(1, { calculation: optimization });
  const consumer = start(campaign, 7, changes);
  const runDir = await vi.waitFor(() => {
    const dir = join(attemptDir(campaign), runsOf(campaign)[0] ?? 'none');
    expect(countFrames(dir)).toBeGreaterThanOrEqual(cycles);
    return dir;
  }, patient);
  consumer.drain.abort();
  expect((await consumer.report).endings).toEqual({ handed_back: 1 });
  return runDir;
}

/** What a run that is never interrupted gives. */
async function runUndisturbed(): Promise<JobResult> {
  const campaign = makeTestCampaign(redis.address);
  await campaign.add(1, { calculation: optimization });
  expect((await start(campaign, 0.3).report).endings).toEqual({ completed: 1 });
  return resultOf(campaign);
}

describe('an interrupted optimisation', () => {
  it('goes on from its last geometry and orbitals: fewer cycles, the same energy', async () => {
    const undisturbed = await runUndisturbed();
    const campaign = makeTestCampaign(redis.address);
    const runDir = await interrupt(campaign, 4);
    const done = countFrames(runDir);
    const second = start(campaign, 0.3);
    expect((await second.report).endings).toEqual({ completed: 1 });

    const { metrics, restart } = resultOf(campaign);
    expect(restart).toMatchObject({ from: runDir.slice(campaign.jobDir().length + 1) });
    expect(restart?.optimizationCycles).toBeGreaterThanOrEqual(done - 1);
    expect(restart?.scfCycles).toBeGreaterThan(0);
    expect(restart?.seconds).toBeGreaterThan(0);
    expect(undisturbed.restart).toBeNull();
    expect(metrics.optimizationCycles).toBeLessThanOrEqual(
      (undisturbed.metrics.optimizationCycles ?? 0) - done + 2,
    );
    expect(metrics.finalEnergyHartree).toBeCloseTo(undisturbed.metrics.finalEnergyHartree ?? 0, 5);
    const input = readFileSync(join(campaign.jobDir(), 'orca.inp'), 'utf8');
    expect(input).toMatch(/MORead[\s\S]*%moinp "restart.gbw"[\s\S]*InHessName "restart.opt"/);
    // Copies of what another run has left are of no use to anybody later.
    expect(readdirSync(campaign.jobDir())).not.toContain('restart.gbw');
    expect(second.log).toContainEqual(
      expect.objectContaining({ msg: 'restarted', geometry: true, orbitals: true }),
    );
  }, 60_000);

  it('counts over all its runs', async () => {
    const campaign = makeTestCampaign(redis.address);
    const first = await interrupt(campaign, 3);
    const consumer = start(campaign, 7);
    const second = await vi.waitFor(() => {
      const dir = runsOf(campaign)
        .map((run) => join(attemptDir(campaign), run))
        .find((run) => run !== first);
      expect(countFrames(dir ?? '')).toBeGreaterThanOrEqual(2);
      return dir ?? '';
    }, patient);
    consumer.drain.abort();
    await consumer.report;
    const before = JSON.parse(readFileSync(join(second, 'orca.restart.json'), 'utf8'));
    await start(campaign, 0.3).report;
    const { restart } = resultOf(campaign);
    expect(restart?.from).toContain(second.slice(attemptDir(campaign).length + 1));
    expect(restart?.optimizationCycles).toBeGreaterThan(before.optimizationCycles);
    expect(restart?.seconds).toBeGreaterThanOrEqual(before.seconds);
  }, 60_000);

  it.each<[string, (runDir: string) => void, Record<string, unknown>]>([
    [
      'a gbw that was cut',
      (dir) => truncateSync(join(dir, 'orca.gbw'), 1000),
      { orbitals: false, geometry: true },
    ],
    [
      'a trajectory of which no frame is whole',
      (dir) => truncateSync(join(dir, 'orca_trj.xyz'), 60),
      { orbitals: true, geometry: false },
    ],
  ])(
    'does without %s, and says so',
    async (_, spoil, used) => {
      const campaign = makeTestCampaign(redis.address);
      spoil(await interrupt(campaign, 3));
      const second = start(campaign, 0.3);
      expect((await second.report).endings).toEqual({ completed: 1 });
      expect(second.log).toContainEqual(expect.objectContaining({ msg: 'restarted', ...used }));
      expect(second.log).toContainEqual(
        expect.objectContaining({ msg: 'cannot use a file of an earlier run', why: expect.any(String) }),
      );
    },
    60_000,
  );

  it('of another geometry is not gone on from', async () => {
    const campaign = makeTestCampaign(redis.address);
    const runDir = await interrupt(campaign, 2);
    const input = readFileSync(join(runDir, 'orca.inp'), 'utf8');
    writeFileSync(join(runDir, 'orca.inp'), input.replace('\nU ', '\nNp '));
    const second = start(campaign, 0.3);
    await second.report;
    expect(resultOf(campaign).restart).toBeNull();
  }, 60_000);

  it('begins from scratch where restarts are turned off', async () => {
    const campaign = makeTestCampaign(redis.address);
    await interrupt(campaign, 2);
    await start(campaign, 0.3, withSetup({ restarts: false })).report;
    expect(resultOf(campaign).restart).toBeNull();
  }, 60_000);

  it('that ORCA refuses to go on from costs a fault, not a failure, and then begins without', async () => {
    const campaign = makeTestCampaign(redis.address);
    const runDir = await interrupt(campaign, 2);
    // Whole, but of water: only ORCA can see that.
    const water = makeTestCampaign(redis.address);
    await water.add(1, {
      calculation: {
        ...optimization,
        charge: 0,
        atoms: [
          ['O', 0, 0, 0],
          ['H', 0, 0.76, 0.59],
          ['H', 0, -0.76, 0.59],
        ],
        blocks: optimization.blocks.filter((block) => !block.includes('rotate')),
        blocksAfterResources: [],
      },
    });
    await start(water, 0.3).report;
    cpSync(join(water.jobDir(), 'orca.gbw'), join(runDir, 'orca.gbw'));
    const second = start(campaign, 0.3);
    expect((await second.report).endings).toEqual({ fault: 1, completed: 1 });
    expect(second.log).toContainEqual(
      expect.objectContaining({
        err: expect.objectContaining({
          message: expect.stringMatching(/cannot restart from attempt-1\/run-1-.*Input geometry/),
        }),
      }),
    );
    expect(existsSync(join(runDir, 'orca.gbw.unusable'))).toBe(true);
    expect((await campaign.job()).attemptsMade).toBe(1);
  }, 60_000);
});

const aScratch = (): string => {
  const local = makeCampaignDir();
  onTestFinished(() => local.remove());
  return local.dir;
};

describe('ORCA on node-local scratch', () => {
  it('works there, and leaves its files in the job directory and nothing on scratch', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, { calculation: optimization });
    const scratch = aScratch();
    expect((await start(campaign, 0.3, withSetup({ scratch })).report).endings).toEqual({ completed: 1 });
    expect(readdirSync(campaign.jobDir())).toEqual(
      expect.arrayContaining(['orca.gbw', 'orca.inp', 'orca.opt', 'orca.out', 'orca_trj.xyz']),
    );
    expect(readdirSync(campaign.jobDir()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(listFiles(scratch)).toEqual([]);
  }, 60_000);

  it('is copied out now and then, so that a node that vanishes takes little with it', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add(1, { calculation: optimization });
    const scratch = aScratch();
    const consumer = start(campaign, 7, withSetup({ scratch, copyOutSeconds: 0.1 }));
    const runDir = await vi.waitFor(() => {
      const dir = join(attemptDir(campaign), runsOf(campaign)[0] ?? 'none');
      expect(countFrames(dir)).toBeGreaterThanOrEqual(2);
      expect(existsSync(join(dir, 'orca.gbw'))).toBe(true);
      return dir;
    }, patient);
    consumer.drain.abort();
    await consumer.report;
    expect(listFiles(scratch)).toEqual([]);
    expect(readdirSync(runDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await start(campaign, 0.3, withSetup({ scratch })).report;
    expect(resultOf(campaign).restart?.optimizationCycles).toBeGreaterThanOrEqual(1);
  }, 60_000);
});

function withSetup(changes: Partial<NodeSetup>): { setup: NodeSetup } {
  return {
    setup: {
      node: 'node1',
      allocationId: '4711',
      orcaPath: standInPath,
      maxCoreMb: () => 1000,
      pin: false,
      restarts: true,
      scratch: null,
      copyOutSeconds: 600,
      ...changes,
    },
  };
}

function listFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
