import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { payloadVersion } from '../../../core/job/payload.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { defaultJobOptions } from '../../../core/job/queue-names.ts';
import type { JobPayload } from '../../../core/job/payload.ts';
import { signPayload, unsignedRefusal } from '../../../core/payload-signature.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aPayload } from '../a-payload.ts';
import {
  consumeAll,
  letOrcaEnd,
  makeTestCampaign,
  startConsumer,
  startsOf,
  type TestCampaign,
} from '../start-consumer.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

const consume = (campaign: TestCampaign, program?: string) => consumeAll(server.address, campaign, program);
const resultPath = (campaign: TestCampaign): string => join(campaign.jobDir(), 'attempt-1', 'result.json');

const mark = (campaign: TestCampaign, text = '{"failure_reason":"hopeless"}'): void => {
  mkdirSync(campaign.jobDir(), { recursive: true });
  writeFileSync(join(campaign.jobDir(), '.do_not_rerun.json'), text);
};

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
    ['of a newer oact', { v: payloadVersion + 1 }, 'PAYLOAD_VERSION'],
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
    expect((await campaign.job(2)).failedReason).toMatch(
      /^payload_refused: no producer of this campaign signed it/,
    );
    for (const id of [3, 4]) expect((await campaign.job(id)).failedReason).toContain(unsignedRefusal);
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
    await redis.set(campaign.keyOf('c1-a1:lock'), 'another', 'PX', 60_000);
    letOrcaEnd(campaign.jobDir());
    await consumer.report;
    mark(campaign);
    await redis.del(campaign.keyOf('c1-a1:lock'));
    await redis.lrem(campaign.keyOf('active'), 0, 'c1-a1');
    await redis.rpush(campaign.keyOf('wait'), 'c1-a1');
    await vi.waitFor(async () => expect(await campaign.stateOf()).toBe('waiting'));
    expect(await consume(campaign)).toEqual({ endings: { completed: 1 }, starts: 0 });
  });
});
