import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { ConsumerOptions } from '../../consumer/consumer-options.ts';
import type { StopReason } from '../../core/stop-signal.ts';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../core/redis/outage-log.ts';
import { queuePrefix } from '../../core/job/queue-names.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import type { NewStructure } from '../../workflow/records/insert-structures.ts';
import { startConsumer, type TestConsumer } from '../consumer/start-consumer.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { aHand } from '../reconciler/finish-job.ts';
import type { TestRedis } from '../support/redis.ts';

/** One record on its way, and the hands that do something to it. */
export interface World {
  node: LoginNode;
  jobDir: string;
  key: (name: string) => string;
  enqueue(): Promise<void>;
  /** Starts a consumer; `program` is one of test/programs. */
  start(program: string, changes?: Partial<ConsumerOptions>): TestConsumer;
  /** A consumer that runs until the queue is empty. @returns how its jobs left it */
  consume(program: string, changes?: Partial<ConsumerOptions>): Promise<unknown>;
  /** One that is drained as soon as its ORCA runs. */
  interrupt(changes?: Partial<ConsumerOptions>): Promise<unknown>;
  /** A consumer takes the job and vanishes; the stall check finds it. */
  vanish(): Promise<void>;
}

export async function aWorld(server: TestRedis, change: Partial<NewStructure>): Promise<World> {
  const node = await makeLoginNode(server.address, [change]);
  const { campaignId } = node.workflow;
  const campaign = { id: campaignId, jobRoot: node.jobRoot };
  const jobDir = join(node.jobRoot, 'job_1');
  const key = (name: string): string => `${queuePrefix(campaignId)}:default:${name}`;
  const start: World['start'] = (program, changes = {}) => {
    const { log: _log, drain: _drain, force: _force, ...settings } = changes;
    return startConsumer(server.address, campaign, program, {
      holdLimits: { firstPauseMs: 1 },
      faultDelayMs: 1,
      ...settings,
    });
  };
  let rounds = 0;
  return {
    node,
    jobDir,
    key,
    enqueue: async () => void (await enqueue(node.workflow, node.queue, aSelection(), node.batch)),
    start,
    consume: async (program, changes) => (await start(program, changes).report).endings,
    interrupt: async (changes) => {
      const consumer = start('orca-ranks', changes);
      rounds += 1;
      await vi.waitFor(() => expect(listStarted(jobDir)).toHaveLength(rounds), { timeout: 20_000 });
      // ALRM is what Flux sends at the end of a walltime.
      consumer.drain.abort({ signal: 'SIGALRM' } satisfies StopReason);
      return (await consumer.report).endings;
    },
    vanish: async () => {
      const hand = aHand(server.address, campaignId);
      await hand.take();
      await node.redis.del(key('c1-a1:lock'), key('stalled-check'));
      const outage = createOutageLog(silentLog, { away: 'away', back: 'back' });
      const options = { campaignId, lane: 'default', log: silentLog, outage, intervalSeconds: 0.1 };
      const stalls = startStallCheck(toRedisOptions(server.address), options);
      await vi.waitFor(async () => expect(await stateOf(node)).toBe('waiting'), { timeout: 20_000 });
      await stalls.stop();
    },
  };
}

/** BullMQ's word for where the job is; `none` when the queue does not know it. */
export const stateOf = async (node: LoginNode): Promise<string> =>
  (await (await node.queue.getJob('c1-a1'))?.getState()) ?? 'none';

/** Process ids that the one run of `orca-ranks` wrote. @throws while they are not there */
export function readIds(jobDir: string): number[] {
  const [run = ''] = listStarted(jobDir);
  const ids = readFileSync(join(jobDir, 'attempt-1', run, 'ids'), 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  expect(ids).toHaveLength(2);
  return ids;
}

/** Runs whose `orca-ranks` has started its rank. */
function listStarted(jobDir: string): string[] {
  const attemptDir = join(jobDir, 'attempt-1');
  return readdirSync(attemptDir).filter((run) => existsSync(join(attemptDir, run, 'ids')));
}
