import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { listOwnProcesses } from '../../../tools/chaos/list-processes.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import type { TestRedis } from '../../support/redis.ts';
import {
  exampleCsv,
  oactSucceeds,
  type OactRun,
  runOact,
  type RunningOact,
  startOact,
  standInPath,
} from '../../support/run-oact.ts';

/** A campaign of the 24 examples, steered from the command line. */
export interface SteeredCampaign {
  dir: string;
  /** Runs a command on it, whatever comes of it. */
  oact(...args: string[]): Promise<OactRun>;
  /** Runs one that must succeed. @returns what it printed, as JSON */
  json(...args: string[]): Promise<Record<string, unknown>>;
  /** The record as `oact job show --json` tells of it. */
  show(id: number): Promise<Record<string, unknown>>;
  /** Starts a consumer of one slot, whose ORCA takes so long. */
  consume(seconds: number, ...flags: string[]): RunningOact;
  /** Starts a command that lives long. */
  start(...args: string[]): RunningOact;
  /** Processes of this job's ORCA that live. */
  orcasOf(jobId: string): number;
  /** As if Redis were away. */
  withoutRedis(...args: string[]): Promise<OactRun>;
}

export async function aSteeredCampaign(redis: TestRedis): Promise<SteeredCampaign> {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  const dir = join(home.dir, 'campaign');
  const env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: standInPath };
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  const on = ([command = '', ...args]: string[]): string[] => [command, '-C', dir, ...args];
  const json: SteeredCampaign['json'] = async (...args) =>
    JSON.parse((await oactSucceeds(on([...args, '--json']), { env })).stdout);
  const begin = (args: string[], more: Record<string, string>): RunningOact => {
    const running = startOact(on(args), { env: { ...env, CHAOS_DIR: dir, ...more } });
    onTestFinished(async () => {
      running.child.kill('SIGTERM');
      await running.ended;
    });
    return running;
  };
  return {
    dir,
    oact: (...args) => runOact(on(args), { env }),
    json,
    show: async (id) =>
      JSON.parse((await oactSucceeds(['job', 'show', '-C', dir, String(id), '--json'], { env })).stdout),
    start: (...args) => begin(args, {}),
    consume: (seconds, ...flags) =>
      begin(['consume', '--slots', '1', '--cores-per-slot', '1', '--grace', '0', ...flags], {
        OACT_STANDIN_SECONDS: String(seconds),
      }),
    orcasOf: (jobId) => listOwnProcesses(dir).filter((one) => one.jobId === jobId).length,
    withoutRedis: (...args) =>
      runOact(on(args), { env: { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1/0' } }),
  };
}

/** Each of these is refused: what it is, arguments, exit code, words on stderr. */
type Refusal = [what: string, args: string[], code: number, words: RegExp];

/** @returns those that are not refused in this way, with what came instead */
export async function findUnrefused(
  redis: TestRedis,
  command: string,
  refusals: readonly Refusal[],
): Promise<unknown[]> {
  const campaign = await aSteeredCampaign(redis);
  const wrong: unknown[] = [];
  for (const [what, args, expected, words] of refusals) {
    const { code, stderr } = await campaign.oact(command, ...args);
    if (code !== expected || !words.test(stderr)) wrong.push([what, code, stderr]);
  }
  return wrong;
}

/** Three records are computed, all others wait. */
export async function aComputedCampaign(redis: TestRedis, ...flags: string[]): Promise<SteeredCampaign> {
  const campaign = await aSteeredCampaign(redis);
  await campaign.json('enqueue', '--ids', '1-3', '--order', 'id', ...flags);
  expect((await campaign.consume(0.1, '--idle-timeout', '1s').ended).code).toBe(0);
  await campaign.json('reconcile', '--once');
  return campaign;
}

export const dirOf = async (campaign: SteeredCampaign, id: number): Promise<string> =>
  String((await campaign.show(id))['jobDir']);
