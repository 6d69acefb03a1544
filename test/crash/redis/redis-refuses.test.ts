import { beforeEach, describe, expect, it, vi } from 'vitest';
import { breakSnapshot } from '../../../tools/chaos/chaos-redis.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { letOrcaEnd } from '../../consumer/start-consumer.ts';
import {
  aConsumer,
  completed,
  expectOneOutage,
  expectSettledOnce,
  hasServer,
  jobDirOf,
  type OwnRedis,
  patient,
  publishes,
  startOwnRedis,
  timesOf,
} from './own-redis.ts';
import { commandsSeen, type Loop, startLoop } from '../start-loop.ts';

let redis: OwnRedis;
beforeEach(async () => {
  if (hasServer) redis = await startOwnRedis();
});

vi.setConfig({ testTimeout: 90_000 });

describe.skipIf(!hasServer)('a Redis that refuses', () => {
  const refusals: [string, (loop: Loop) => Promise<unknown>, (loop: Loop) => Promise<unknown>][] = [
    [
      'because it has lost its replicas (NOREPLICAS)',
      ({ redis: admin }) => admin.config('SET', 'min-replicas-to-write', '1'),
      ({ redis: admin }) => admin.config('SET', 'min-replicas-to-write', '0'),
    ],
    [
      'because it became read-only (READONLY)',
      ({ redis: admin }) => admin.replicaof('127.0.0.1', 1),
      ({ redis: admin }) => admin.replicaof('NO', 'ONE'),
    ],
    [
      'because its memory is full (OOM)',
      ({ redis: admin }) => admin.config('SET', 'maxmemory', '1mb'),
      ({ redis: admin }) => admin.config('SET', 'maxmemory', '0'),
    ],
    [
      'because its last snapshot failed (MISCONF)',
      ({ redis: admin }) => breakSnapshot(admin),
      ({ redis: admin }) => admin.config('SET', 'save', ''),
    ],
  ];

  it.each(refusals)(
    '%s: ORCA runs on, one line each, no hot loop, everything ends right',
    async (_, hurt, heal) => {
      // A queue of one job: the loop wants to add, and the second consumer wants to take.
      const loop = await startLoop(redis.address, { records: 6, highWater: 1 });
      const consumer = aConsumer(redis, loop, 'orca-waiting', {
        locks: { lockSeconds: 120, renewSeconds: 0.1 },
      });
      const other = aConsumer(redis, loop, 'orca-waiting', {
        locks: { lockSeconds: 120, renewSeconds: 0.1 },
      });
      await consumer.logged('job started');
      await other.logged('job started');
      await hurt(loop);
      await loop.redis.config('RESETSTAT');
      for (const id of [1, 2, 3, 4, 5, 6]) letOrcaEnd(jobDirOf(loop, id));
      await publishes(loop, 1);
      await publishes(loop, 2);
      await loop.said('Redis is away');
      const seenAtMs = Date.now();
      await expect.poll(() => Date.now() - seenAtMs, patient).toBeGreaterThan(6000);
      // The loop's rounds, two consumers that renew ten times a second, and little else: far from thousands.
      expect(await commandsSeen(loop.redis)).toBeLessThan(1500);
      // Two run, one waits, one was claimed and could not be added: no more are claimed until that is.
      expect(countByStatus(loop.workflow).running).toBeLessThanOrEqual(4);
      expect(loop.saidTimes('Redis is away')).toBe(1);
      expect(loop.saidTimes('Redis is back')).toBe(0);
      for (const one of [consumer, other])
        expect(timesOf(one, /^Redis (does not answer|answers again)/)).toBeLessThanOrEqual(1);
      expect(consumer.log.length + other.log.length).toBeLessThan(40);
      await heal(loop);
      for (const id of [1, 2, 3, 4, 5, 6]) await completed(loop, id);
      expectSettledOnce(loop, [1, 2, 3, 4, 5, 6]);
      await expectOneOutage(loop);
      expect(timesOf(consumer, /^job started/) + timesOf(other, /^job started/)).toBe(6);
    },
  );
});
