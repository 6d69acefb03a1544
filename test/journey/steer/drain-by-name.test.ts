import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { silentSeconds } from '../../../core/progress/consumer-registry.ts';
import { listConsumers } from '../../../infra/consumers/list-consumers.ts';
import { isAlive, programPath } from '../../consumer/programs.ts';
import { makeTestCampaign, type TestCampaign } from '../../consumer/start-consumer.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { oactSucceeds, type OactRun, runOact, type RunningOact, startOact } from '../../support/run-oact.ts';

const listSchema = z.object({
  consumers: z.array(z.object({ node: z.string(), state: z.string(), reason: z.string().nullable() })),
});

const redis = useRedis();

const env = (): Record<string, string> => ({ OACT_REDIS_URL: fullRedisUrl(redis.address) });

function makeCampaign(): TestCampaign {
  const campaign = makeTestCampaign(redis.address);
  writeFileSync(join(campaign.dir, 'oact.yaml'), `campaign: '${campaign.id}'\n`);
  return campaign;
}

/** A consumer process on an emulated node. */
function startOn(node: string, campaign: TestCampaign): RunningOact {
  const args = ['consume', '-C', campaign.dir, '--slots', '1', '--cores-per-slot', '1', '--grace', '0'];
  const running = startOact(args, {
    env: { ...env(), SLURM_JOB_ID: '4711', SLURMD_NODENAME: node, OACT_ORCA_PATH: programPath('orca-ranks') },
  });
  onTestFinished(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

const ask = (campaign: TestCampaign, ...args: string[]): Promise<OactRun> =>
  runOact(['consumer', ...args, '-C', campaign.dir], { env: env() });

async function listNow(campaign: TestCampaign): Promise<z.infer<typeof listSchema>['consumers']> {
  const { stdout } = await oactSucceeds(['consumer', 'list', '--json', '-C', campaign.dir], { env: env() });
  return listSchema.parse(JSON.parse(stdout)).consumers;
}

describe.skipIf(process.platform !== 'linux')('consumers on several nodes', () => {
  it('are drained by the name of their node, from another process', async () => {
    const campaign = makeCampaign();
    await campaign.add(1);
    const [one, two] = [startOn('n1', campaign), startOn('n2', campaign)];
    await expect
      .poll(() => listNow(campaign).then((all) => all.map(({ node }) => node)), { timeout: 40_000 })
      .toEqual(['n1', 'n2']);

    const ids = await vi.waitFor(() => campaign.idsOfRun(1), { timeout: 40_000 });

    const unknown = await ask(campaign, 'drain', 'n3');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('no consumer runs as n3');
    expect(unknown.stderr).toContain('There are consumers on n1, n2.');
    expect((await ask(campaign, 'drain')).code).toBe(2);
    // Nobody is there to say yes.
    const unconfirmed = await ask(campaign, 'drain', '--all');
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    const dry = await ask(campaign, 'drain', 'n1', '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('Nothing was changed')]);

    const drained = await ask(campaign, 'drain', 'n1', '--wait');
    expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining('All of them have ended.') });
    const { code, stderr } = await one.ended;
    expect(code).toBe(75);
    expect(stderr).toContain('this consumer was asked to drain');
    expect(two.child.exitCode).toBeNull();
    expect(await listNow(campaign)).toMatchObject([
      { node: 'n1', state: 'ended', reason: 'drained' },
      { node: 'n2', state: 'running', reason: null },
    ]);
    // Whichever of them had the job: it is where it belongs.
    await expect.poll(() => campaign.stateOf(1), { timeout: 40_000 }).toBe('active');
    expect(ids).toHaveLength(2);

    expect((await ask(campaign, 'drain', '--all', '--yes')).code).toBe(0);
    expect((await two.ended).code).toBe(75);
    expect(ids.filter(isAlive)).toEqual([]);
    expect((await ask(campaign, 'drain', '--all', '--yes')).code).toBe(3);
  }, 180_000);

  it('that are killed go silent', async () => {
    const campaign = makeCampaign();
    const consumer = startOn('n1', campaign);
    const connection = await connectRedis(redis.address);
    onTestFinished(() => connection.disconnect());
    const statesAt = async (now: Date): Promise<string[]> =>
      (await listConsumers(connection, campaign.id, 'default', now)).consumers.map(({ state }) => state);
    await expect.poll(() => statesAt(new Date()), { timeout: 40_000 }).toEqual(['running']);
    consumer.child.kill('SIGKILL');
    await consumer.ended;
    expect(await statesAt(new Date())).toEqual(['running']);
    expect(await statesAt(new Date(Date.now() + (silentSeconds + 1) * 1000))).toEqual(['silent']);
  }, 90_000);
});
