import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Job, Queue } from 'bullmq';
import { pino } from 'pino';
import { expect, onTestFinished, vi } from 'vitest';
import type { Slot } from '../../consumer/cores/cut-slots.ts';
import { discoverCores } from '../../consumer/cores/discover-cores.ts';
import { hasTaskset } from '../../consumer/fitness/find-on-path.ts';
import type { ConsumerOptions, ConsumerReport } from '../../consumer/consumer-options.ts';
import { runConsumer } from '../../consumer/run-consumer.ts';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import { defaultJobOptions, queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { aJob } from './a-payload.ts';
import { programPath } from './programs.ts';
import { createWalltime } from '../../scheduler/walltime.ts';

/** A campaign with a queue of its own on a shared Redis, gone after the test. */
export interface TestCampaign {
  id: string;
  dir: string;
  jobRoot: string;
  queue: Queue;
  /** A key of its queue, as a hand at redis-cli names it. */
  keyOf(name: string): string;
  /** Puts a job of uranyl on the queue as the producer does; `changes` are laid over its payload. */
  add(recordId?: number, changes?: Record<string, unknown>): Promise<string>;
  jobDir(recordId?: number): string;
  /** @throws when the queue does not know it */
  job(recordId?: number): Promise<Job<unknown>>;
  stateOf(recordId?: number): Promise<string>;
  /** Process ids that `orca-ranks` or `orca-stubborn` wrote, as soon as they are there. */
  idsOfRun(recordId?: number): Promise<number[]>;
}

export function makeTestCampaign(address: RedisAddress, disk?: string): TestCampaign {
  const campaign = makeCampaignDir();
  const id = randomBytes(4).toString('hex');
  const jobRoot = join(disk ?? campaign.dir, 'jobs');
  mkdirSync(jobRoot);
  const queue = new Queue('default', { connection: toRedisOptions(address), prefix: queuePrefix(id) });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await queue.close();
    campaign.remove();
  });
  const jobOf = async (recordId: number): Promise<Job<unknown>> => {
    const job: Job<unknown> | undefined = await queue.getJob(`c${recordId}-a1`);
    if (!job) throw new Error(`the queue does not know record ${recordId}`);
    return job;
  };
  return {
    id,
    dir: campaign.dir,
    jobRoot,
    queue,
    keyOf: (name) => `${queuePrefix(id)}:default:${name}`,
    add: async (recordId = 1, changes = {}) => {
      const { name, data, jobId } = aJob(jobRoot, recordId);
      await queue.add(name, { ...data, campaignId: id, ...changes }, { ...defaultJobOptions, jobId });
      return jobId;
    },
    jobDir: (recordId = 1) => join(jobRoot, `job_${recordId}`),
    job: (recordId = 1) => jobOf(recordId),
    stateOf: async (recordId = 1) => (await jobOf(recordId)).getState(),
    idsOfRun: (recordId = 1) =>
      vi.waitFor(
        () => {
          const attemptDir = join(jobRoot, `job_${recordId}`, 'attempt-1');
          const run = readdirSync(attemptDir).find((name) => name.startsWith('run-')) ?? '';
          const ids = readFileSync(join(attemptDir, run, 'ids'), 'utf8')
            .trim()
            .split(' ')
            .map(Number);
          expect(ids).toHaveLength(2);
          return ids;
        },
        { timeout: 10_000, interval: 20 },
      ),
  };
}

export interface TestConsumer {
  report: Promise<ConsumerReport>;
  drain: AbortController;
  force: AbortController;
  /** Log lines so far, oldest first. */
  log: Record<string, unknown>[];
  /** Resolves when a message was logged `times` times. */
  logged(message: string | RegExp, times?: number): Promise<void>;
}

/** Lets an `orca-waiting` of this job directory end well, whether or not it runs already. */
export function letOrcaEnd(jobDir: string): void {
  mkdirSync(jobDir, { recursive: true });
  writeFileSync(join(jobDir, 'go'), '');
}

/** Slots of one core each, on the first cores that this process may use. */
export function slotsOfOneCore(count: number): Slot[] {
  const cores = discoverCores();
  return Array.from({ length: count }, (_, slot) => ({
    slot,
    cores: [cores[slot % cores.length]?.cpu ?? 0],
  }));
}

/** Starts a consumer that is stopped, by force if need be, when the test ends. */
export function startConsumer(
  address: RedisAddress,
  campaign: Pick<TestCampaign, 'id' | 'jobRoot'>,
  program: string,
  changes: Partial<Omit<ConsumerOptions, 'drain' | 'force' | 'log'>> = {},
): TestConsumer {
  const drain = new AbortController();
  const force = new AbortController();
  const log: Record<string, unknown>[] = [];
  const report = runConsumer({
    campaignId: campaign.id,
    jobRoot: campaign.jobRoot,
    lane: 'default',
    crashLimit: 5,
    connection: toRedisOptions(address),
    slots: slotsOfOneCore(1),
    setup: {
      node: 'node1',
      allocationId: '4711',
      orcaPath: program.startsWith('/') ? program : programPath(program),
      maxCoreMb: () => 1000,
      restarts: true,
      scratch: null,
      copyOutSeconds: 600,
      pin: hasTaskset(process.env['PATH'] ?? ''),
    },
    walltime: createWalltime(null),
    longestJobSeconds: null,
    graceSeconds: 0,
    idleTimeoutSeconds: 0.3,
    locks: { lockSeconds: 900, renewSeconds: 60 },
    // Programs of tests may run for ever without an argument.
    orcaProbeMs: 200,
    ...changes,
    log: pino({ level: 'debug', base: null }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    drain: drain.signal,
    force: force.signal,
  });
  onTestFinished(async () => {
    drain.abort();
    force.abort();
    await report;
  });
  const logged = (message: string | RegExp, times = 1): Promise<void> =>
    vi.waitFor(
      () => {
        const found = log.filter((line) =>
          typeof message === 'string' ? line['msg'] === message : message.test(String(line['msg'])),
        );
        expect(found.length, `'${String(message)}' in ${JSON.stringify(log)}`).toBeGreaterThanOrEqual(times);
      },
      { timeout: 12_000, interval: 20 },
    );
  return { report, drain, force, log, logged };
}

/** How often ORCA was started for a job, by the log of a consumer. */
export const startsOf = (log: Record<string, unknown>[]): number =>
  log.filter((line) => line['msg'] === 'job started').length;

/** Lets a consumer run until the queue is empty. */
export async function consumeAll(address: RedisAddress, campaign: TestCampaign, program = 'orca-good') {
  const consumer = startConsumer(address, campaign, program);
  const { endings } = await consumer.report;
  return { endings, starts: startsOf(consumer.log) };
}
