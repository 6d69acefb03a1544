import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { defaultJobOptions, queuePrefix } from '../../core/job/queue-names.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import { signPayload, unsignedRefusal } from '../../core/payload-signature.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { aPayload } from './a-payload.ts';
import { isAlive } from './programs.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer, type TestCampaign } from './start-consumer.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const keyOf = (campaign: TestCampaign, name: string): string => `${queuePrefix(campaign.id)}:default:${name}`;
const resultPath = (campaign: TestCampaign): string => join(campaign.jobDir(), 'attempt-1', 'result.json');
const startsOf = (log: Record<string, unknown>[]): number =>
  log.filter((line) => line['msg'] === 'job started').length;

const mark = (campaign: TestCampaign, text = '{"failure_reason":"hopeless"}'): void => {
  mkdirSync(campaign.jobDir(), { recursive: true });
  writeFileSync(join(campaign.jobDir(), '.do_not_rerun.json'), text);
};

/** Lets a consumer run until the queue is empty. */
async function consume(campaign: TestCampaign, program = 'orca-good') {
  const consumer = startConsumer(server.address, campaign, program);
  const { endings } = await consumer.report;
  return { endings, starts: startsOf(consumer.log) };
}

describe('a payload that is not ours', () => {
  it.each([
    ['without a version', { v: null }, /^payload_refused: the payload is invalid/],
    ['of another campaign', { campaignId: 'ffffffff' }, /^payload_refused: it belongs to campaign ffffffff/],
    ['with a field too many', { surprise: 1 }, /^payload_refused: the payload is invalid/],
    ['without a calculation', { calculation: null }, /^payload_refused: the payload is invalid/],
    ['with an absolute directory', { jobDir: '/job_1' }, /^payload_refused: the payload is invalid/],
    ['of another record', { recordId: 9 }, /^payload_refused: its payload is that of c9-a1/],
    ['of another attempt', { attempt: 2 }, /^payload_refused: its payload is that of c1-a2/],
  ])('%s is refused once, ORCA not started', async (_, changes, words) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add(1, changes);
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
    expect(await campaign.stateOf()).toBe('failed');
    expect((await campaign.job()).failedReason).toMatch(words);
    expect(readdirSync(campaign.jobRoot)).toEqual([]);
  });

  it.each([['garbage'], [42], [null], [[]], [{}], [{ v: { v: 1 } }]])(
    'that is %j under an id of BullMQ’s making is refused, and the jobs behind it run',
    async (data) => {
      const campaign = makeTestCampaign(server.address);
      const job = await campaign.queue.add('by hand', data);
      expect(job.id).toMatch(/^\d+$/);
      await campaign.add();
      expect(await consume(campaign)).toEqual({ endings: { refused: 1, completed: 1 }, starts: 1 });
      expect(await job.getState()).toBe('failed');
    },
  );

  it('a copy of a job under a numeric id is refused: it would run beside the true one', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const { data } = await campaign.job();
    const copy = await campaign.queue.add('copy', data);
    expect(await consume(campaign)).toEqual({ endings: { completed: 1, refused: 1 }, starts: 1 });
    expect(await copy.getState()).toBe('failed');
  });
});

describe('a job directory outside the job root', () => {
  it.each([
    ['reached by ..', (campaign: TestCampaign) => `${campaign.jobRoot}/../elsewhere`],
    ['reached by .. in the middle', (campaign: TestCampaign) => `${campaign.jobRoot}/a/../../jobs/b`],
    [
      'behind a link',
      (campaign: TestCampaign) => {
        mkdirSync(join(campaign.dir, 'elsewhere'));
        symlinkSync(join(campaign.dir, 'elsewhere'), join(campaign.jobRoot, 'link'));
        return join(campaign.jobRoot, 'link', 'job_1');
      },
    ],
    ['the root itself', (campaign: TestCampaign) => campaign.jobRoot],
  ])('%s: refused, nothing written there', async (_, place) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add(1, { v: 1, jobDir: place(campaign) });
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
    expect((await campaign.job()).failedReason).toMatch(
      /^payload_refused: the job directory .* lies outside/,
    );
    const elsewhere = join(campaign.dir, 'elsewhere');
    expect(existsSync(elsewhere) ? readdirSync(elsewhere) : []).toEqual([]);
    expect(readdirSync(campaign.jobRoot).filter((name) => name !== 'link')).toEqual([]);
  });
});

describe('a job that this node cannot take although it is good', () => {
  it.each([
    [
      'of an older producer that saw the campaign elsewhere',
      { v: 1, jobDir: '/auto/campaign/jobs/job_1' },
      'JOB_ROOT_MISMATCH',
    ],
    ['of a newer oact', { v: 3 }, 'PAYLOAD_VERSION'],
  ])(
    '%s goes back uncounted, the node stops after a few, and nothing is failed',
    async (_, changes, code) => {
      const campaign = makeTestCampaign(server.address);
      for (const recordId of [1, 2, 3, 4, 5]) await campaign.add(recordId, changes);
      const holdLimits = { firstPauseMs: 1, longestPauseMs: 1 };
      const consumer = startConsumer(server.address, campaign, 'orca-good', { holdLimits });
      expect(await consumer.report).toMatchObject({ reason: 'faulty', endings: { fault: 3 } });
      expect(startsOf(consumer.log)).toBe(0);
      expect(
        consumer.log.filter((line) => line['msg'] === 'fault of this node: the job is handed back'),
      ).toHaveLength(3);
      expect(JSON.stringify(consumer.log)).toContain(code);
      const counts = await campaign.queue.getJobCounts('waiting', 'delayed', 'failed');
      expect(counts).toEqual({ waiting: 2, delayed: 3, failed: 0 });
      expect((await campaign.job()).progress).toBe(0);
      expect(readdirSync(campaign.jobRoot)).toEqual([]);
    },
  );

  it('of an older producer runs where the path is right, and below another path to the same place', async () => {
    const campaign = makeTestCampaign(server.address);
    symlinkSync(campaign.jobRoot, join(campaign.dir, 'link'));
    await campaign.add(1, { v: 1, jobDir: campaign.jobDir() });
    await campaign.add(2, { v: 1, jobDir: join(campaign.dir, 'link', 'job_2') });
    expect(await consume(campaign)).toEqual({ endings: { completed: 2 }, starts: 2 });
  });
});

describe('a campaign with a key', () => {
  it('runs signed payloads only, refuses all others once, and leaves the unsigned to the audit', async () => {
    const campaign = makeTestCampaign(server.address);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const add = async (recordId: number, data: object): Promise<unknown> =>
      campaign.queue.add('x', data, { ...defaultJobOptions, jobId: `c${recordId}-a1` });
    const payloadOf = (recordId: number): JobPayload => ({
      ...aPayload({ recordId, jobDir: `job_${recordId}` }),
      campaignId: campaign.id,
    });
    await add(1, signPayload(payloadOf(1), privateKey));
    await add(2, { ...signPayload(payloadOf(2), privateKey), timeLimitSeconds: 9 });
    await add(3, payloadOf(3));
    await add(4, { ...payloadOf(4), v: 1, jobDir: join(campaign.jobRoot, 'job_4') });
    const consumer = startConsumer(server.address, campaign, 'orca-good', { publicKey: () => publicKey });
    expect((await consumer.report).endings).toEqual({ completed: 1, refused: 3 });
    expect((await campaign.job(2)).failedReason).toMatch(/^payload_refused: its signature/);
    for (const id of [3, 4]) expect((await campaign.job(id)).failedReason).toContain(unsignedRefusal);
  });
});

describe('somebody at the board while a job runs', () => {
  it.each([
    ['removes', (campaign: TestCampaign) => campaign.job().then((job) => job.remove())],
    ['retries', (campaign: TestCampaign) => campaign.job().then((job) => job.retry())],
    ['promotes', (campaign: TestCampaign) => campaign.job().then((job) => job.promote())],
  ])('%s it: BullMQ says no, and the run goes on', async (_, act) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await expect(act(campaign)).rejects.toThrow(/^Job c1-a1 |locked/);
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(await campaign.stateOf()).toBe('completed');
    expect((await campaign.job()).attemptsStarted).toBe(1);
  });

  it('adds its id again: nothing is added', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await campaign.add(1, { timeLimitSeconds: 1 });
    expect(await campaign.queue.getJobCounts('waiting', 'active')).toEqual({ waiting: 0, active: 1 });
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(startsOf(consumer.log)).toBe(1);
  });

  it('deletes all its keys: ORCA is stopped at the next renewal, nothing is published', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-ranks', {
      locks: { lockSeconds: 60, renewSeconds: 0.2 },
    });
    const ids = await campaign.idsOfRun();
    await redis.del(keyOf(campaign, 'c1-a1'), keyOf(campaign, 'c1-a1:lock'));
    expect((await consumer.report).endings).toEqual({ fenced: 1 });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(existsSync(resultPath(campaign))).toBe(false);
  });

  it('deletes its keys just before it ends: the result stays on disk, and the job, added again, reports it', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await redis.del(keyOf(campaign, 'c1-a1'), keyOf(campaign, 'c1-a1:lock'), keyOf(campaign, 'active'));
    letOrcaEnd(campaign.jobDir());
    await consumer.report;
    await consumer.logged('the queue refused the answer: the job is no longer on the queue');
    expect(existsSync(resultPath(campaign))).toBe(true);

    await campaign.add();
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 0 });
    expect(await campaign.stateOf()).toBe('completed');
  });
});

describe('somebody at the board before or after the run', () => {
  it('retries a job that failed: its result is reported again, ORCA not started', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    expect(await consume(campaign, 'orca-failing')).toEqual({ endings: { failed: 1 }, starts: 1 });
    await (await campaign.job()).retry();
    expect(await campaign.stateOf()).toBe('waiting');
    expect(await consume(campaign, 'orca-good')).toEqual({ endings: { failed: 1 }, starts: 0 });
    expect((await campaign.job()).failedReason).toMatch(/^scf_not_converged: /);
  });

  it('retries a job that was given up: it is given up again', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await redis.hset(keyOf(campaign, 'c1-a1'), 'stc', 5);
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
    await (await campaign.job()).retry();
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
  });

  it('promotes a job that waits after a fault: it runs at once', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    mkdirSync(campaign.jobDir(), { recursive: true });
    // A file where the attempt's directory should be.
    writeFileSync(join(campaign.jobDir(), 'attempt-1'), '');
    const consumer = startConsumer(server.address, campaign, 'orca-good', {
      faultDelayMs: 600_000,
      idleTimeoutSeconds: null,
    });
    await vi.waitFor(async () => expect(await campaign.stateOf()).toBe('delayed'), { timeout: 10_000 });
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ fault: 1 });
    rmSync(join(campaign.jobDir(), 'attempt-1'));
    await (await campaign.job()).promote();
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 1 });
    expect(await campaign.job()).toMatchObject({ attemptsStarted: 2, progress: { faults: 1 } });
  });

  it('gives it attempts of BullMQ’s own: a failure is one all the same', async () => {
    const campaign = makeTestCampaign(server.address);
    const data = { ...aPayload({ jobDir: 'job_1' }), campaignId: campaign.id };
    await campaign.queue.add('by hand', data, { ...defaultJobOptions, jobId: 'c1-a1', attempts: 3 });
    expect(await consume(campaign, 'orca-failing')).toEqual({ endings: { failed: 1 }, starts: 1 });
    expect(await campaign.stateOf()).toBe('failed');
  });

  it('runs a stall check with a limit of its own, which marks the job for failure: it runs all the same', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await redis.hset(keyOf(campaign, 'c1-a1'), 'defa', 'job stalled more than allowable limit', 'stc', 2);
    expect((await campaign.job()).deferredFailure).toBe('job stalled more than allowable limit');
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 1 });
    expect(await campaign.stateOf()).toBe('completed');
  });
});

describe('a marker in the job directory', () => {
  it.each([
    ['{"failure_reason":"hopeless"}', 'blocked: Blocked by .do_not_rerun.json marker: hopeless'],
    ['', 'blocked: Blocked by .do_not_rerun.json marker'],
  ])('that appeared while the job waited blocks it: %s', async (text, words) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    mark(campaign, text);
    expect(await consume(campaign)).toEqual({ endings: { refused: 1 }, starts: 0 });
    expect(await campaign.stateOf()).toBe('failed');
    expect((await campaign.job()).failedReason).toBe(words);
    expect(readdirSync(campaign.jobDir())).toEqual(['.do_not_rerun.json']);
  });

  it('that appears while ORCA runs is too late: the run goes on and its result counts', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    mark(campaign);
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(existsSync(resultPath(campaign))).toBe(true);
    expect(existsSync(join(campaign.jobDir(), '.do_not_rerun.json'))).toBe(true);
  });

  it('that appeared while the result was unreported does not hide it', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await redis.set(keyOf(campaign, 'c1-a1:lock'), 'another', 'PX', 60_000);
    letOrcaEnd(campaign.jobDir());
    await consumer.report;
    mark(campaign);
    await redis.del(keyOf(campaign, 'c1-a1:lock'));
    await redis.lrem(keyOf(campaign, 'active'), 0, 'c1-a1');
    await redis.rpush(keyOf(campaign, 'wait'), 'c1-a1');
    await vi.waitFor(async () => expect(await campaign.stateOf()).toBe('waiting'));
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 0 });
  });
});
