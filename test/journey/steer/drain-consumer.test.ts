import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadCampaign } from '../../../core/config/load-config.ts';
import { toQueueConnection } from '../../../core/redis/queue-connection.ts';
import { defaultLane, queuePrefix } from '../../../core/job/queue-names.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { readRanks } from '../../support/schedulers/read-ranks.ts';
import { useRedis } from '../../support/use-redis.ts';
import {
  exampleCsv,
  oactSucceeds,
  type RunningOact,
  standInPath,
  startOact,
} from '../../support/run-oact.ts';

function sessionMembers(sessionId: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(fields[3]) === sessionId && fields[0] !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.skipIf(process.platform !== 'linux')('two long jobs at once', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let queue: Queue;
  let dir: string;
  let env: Record<string, string>;
  let consumer: RunningOact;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = {
      OACT_REDIS_URL: fullRedisUrl(redis.address),
      OACT_STANDIN_SECONDS: '24',
      OACT_ORCA_PATH: standInPath,
    };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-3', '--order', 'id'], { env });
    const { campaign } = loadCampaign(dir).config;
    queue = new Queue(defaultLane, {
      connection: toQueueConnection(redis.address),
      prefix: queuePrefix(campaign),
    });
  });
  // A test that failed half-way must not leave its consumer to the next one.
  afterEach(async () => {
    if (consumer.child.exitCode === null) consumer.child.kill('SIGTERM');
    await consumer.ended;
  });
  afterAll(async () => {
    await queue.close();
    home.remove();
  });

  it.each(['SIGTERM', 'SIGUSR1'] as const)(
    'run on disjoint cores, and %s hands them back without a trace and without spending an attempt',
    async (signal) => {
      consumer = startOact(['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--grace', '0'], {
        env,
      });
      await expect
        .poll(() => readRanks(dir).filter(({ sid }) => sessionMembers(sid).length > 0).length, {
          timeout: 20_000,
        })
        .toBe(2);
      const ranks = readRanks(dir).filter(({ sid }) => sessionMembers(sid).length > 0);
      expect(new Set(ranks.map((rank) => rank.cpusAllowed)).size).toBe(2);
      expect(ranks.every((rank) => /^\d+$/.test(rank.cpusAllowed))).toBe(true);
      expect(existsSync(join(dir, 'jobs', 'job_1', 'orca.out.live'))).toBe(true);
      expect(readFileSync(join(dir, 'jobs', 'job_1', 'orca.out.live'), 'utf8')).toContain('Program Version');

      consumer.child.kill(signal);
      const { code, stderr } = await consumer.ended;

      expect(stderr).toContain('stop signal received');
      expect(code).toBe(75);
      for (const { sid } of ranks) expect(sessionMembers(sid)).toEqual([]);
      expect(await queue.getJobCounts('waiting', 'active', 'completed', 'failed')).toEqual({
        waiting: 3,
        active: 0,
        completed: 0,
        failed: 0,
      });
      const next = await queue.getWaiting(0, 2);
      expect(next.map((job) => job.attemptsMade)).toEqual([0, 0, 0]);
      // The interrupted ones are first in line again.
      expect(new Set(next.slice(0, 2).map((job) => job.id))).toEqual(new Set(['c1-a1', 'c2-a1']));
      const db = new Database(join(dir, 'workflow.db'), { readonly: true });
      const rows = db.prepare('select status, fail_count from structures where id <= 3').all();
      db.close();
      expect(rows).toEqual(Array.from({ length: 3 }, () => ({ status: 'running', fail_count: 0 })));
    },
    40_000,
  );
});
