import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queuePrefix } from '../../core/job/queue-names.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import type { FakedClock } from '../../tools/chaos/blows/process-clock.ts';
import { startChaosRedis } from '../../tools/chaos/chaos-redis.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { canStepClocks, fakeClock, fakeClockOfRedis } from '../support/machine/faked-clock.ts';
import { startOact } from '../support/run-oact.ts';
import { programPath } from './programs.ts';
import { letOrcaEnd, makeTestCampaign, type TestCampaign } from './start-consumer.ts';

const program = (await findRedisProgram())?.path;
const lockSeconds = 12;
const hour = 3600;
const patient = { timeout: 20_000, interval: 50 };

interface World {
  campaign: TestCampaign;
  redis: Redis;
  lock: string;
  said: () => string;
  ended: Promise<number | null>;
}

/** A consumer with one job that runs until it is let go; `clocks` are those of its processes and of Redis. */
async function startRun(clocks: { consumer?: FakedClock; redis?: FakedClock }): Promise<World> {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  mkdirSync(join(home.dir, 'logs'));
  const server = await startChaosRedis(program ?? '', home.dir, clocks.redis?.env);
  onTestFinished(() => server.stop());
  const url = `redis://127.0.0.1:${server.port}/0`;
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  const campaign = makeTestCampaign({ kind: 'external', url });
  writeFileSync(join(campaign.dir, 'oact.yaml'), `campaign: '${campaign.id}'\n`);
  await campaign.add();
  const slots = ['--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '1s'];
  const locks = ['--lock-seconds', String(lockSeconds), '--renew-seconds', '1'];
  const { child, ended, output } = startOact(['consume', '-C', campaign.dir, ...slots, ...locks], {
    env: { OACT_REDIS_URL: url, OACT_ORCA_PATH: programPath('orca-waiting'), ...clocks.consumer?.env },
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  // ORCA itself runs, not only its job.
  const out = join(campaign.jobDir(), 'orca.out.live');
  await expect.poll(() => existsSync(out) && readFileSync(out, 'utf8'), patient).toContain('started');
  const lock = `${queuePrefix(campaign.id)}:default:c1-a1:lock`;
  return { campaign, redis, lock, said: () => output().stderr, ended: ended.then(({ code }) => code) };
}

/** The lock is renewed twice from now on: what stops a run that should not be stopped has had its chance. */
async function isRenewedTwice({ redis, lock }: World): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await redis.pexpire(lock, 8000);
    await expect.poll(() => redis.pttl(lock), patient).toBeGreaterThan(9000);
  }
}

/** Lets ORCA end, and looks at how the consumer ended with it. */
async function endRun(world: World): Promise<{ code: number | null; state: string; hasLostLock: boolean }> {
  letOrcaEnd(world.campaign.jobDir());
  const code = await world.ended;
  return { code, state: await world.campaign.stateOf(), hasLostLock: world.said().includes('lock lost') };
}
const wellEnded = { code: 0, state: 'completed', hasLostLock: false };

describe.skipIf(!canStepClocks || program === undefined)('a step of the clock', () => {
  it.each([
    ['ahead', 20 * 60],
    ['back', -hour],
  ])(
    'of a node, %s: locks are renewed as before, and nothing is stopped',
    async (_, seconds) => {
      const clock = fakeClock();
      const world = await startRun({ consumer: clock });
      clock.step(seconds);
      await isRenewedTwice(world);
      expect(await endRun(world)).toEqual(wellEnded);
    },
    60_000,
  );

  it('of Redis, back: nothing is stopped', async () => {
    const clock = fakeClockOfRedis();
    const world = await startRun({ redis: clock });
    clock.step(-hour);
    // Redis counts the old lock from a clock that is an hour behind, until it is renewed.
    await expect.poll(() => world.redis.pttl(world.lock), patient).toBeLessThan(lockSeconds * 1000 + 1);
    expect(await endRun(world)).toEqual(wellEnded);
  }, 60_000);

  it('of Redis, ahead of all locks: ORCA is stopped before another can start it, and nothing is lost', async () => {
    const clock = fakeClockOfRedis();
    const world = await startRun({ redis: clock });
    clock.step(hour);
    await expect.poll(world.said, patient).toContain('lock lost: ORCA is stopped');
    expect(await world.ended).toBe(0);
    expect(await world.campaign.stateOf()).toBe('active');
    expect(await world.redis.exists(world.lock)).toBe(0);
  }, 60_000);
});

describe('the monotonic clock', () => {
  it('goes on as the machine does', async () => {
    const before = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    const between = monotonicMs();
    const after = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    expect(between).toBeGreaterThanOrEqual(before);
    expect(between).toBeLessThanOrEqual(after);
  });
});
