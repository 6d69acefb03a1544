import { statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { announcementsKey, renderAnnouncement } from '../../../core/progress/consumer-registry.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import {
  createMetricsApp,
  ensureMetricsToken,
  metricsTokenPath,
} from '../../../infra/metrics/metrics-app.ts';
import { renderMetrics } from '../../../infra/metrics/render-metrics.ts';
import { startMetrics } from '../../../infra/metrics/start-metrics.ts';
import { createSnapshotTaker } from '../../../infra/metrics/take-snapshot.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { recordBatch } from '../../../workflow/attempts/batches.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { makeLoginNode, silentLog } from '../../producer/a-campaign.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { useRedis } from '../../support/use-redis.ts';
import { parsePrometheus, valueOf } from './parse-prometheus.ts';

/** Claims the records and settles them, each with a run of `seconds` on two cores. */
function settle(workflow: Workflow, ids: number[], failureClass: string | null, seconds = 30): void {
  const batchId = recordBatch(workflow, {});
  const claims = claimJobs(workflow, { ids, batchId, jobDirs: new Map() });
  settleJobs(
    workflow,
    claims.map(({ recordId, attempt }) => ({
      recordId,
      attempt,
      outcome:
        failureClass === null
          ? { kind: 'completed' }
          : { kind: 'failed', class: failureClass, reason: 'words', retryable: false },
      result: null,
    })),
  );
  const set = workflow.db.prepare(
    `update oact_attempts set elapsed_seconds = ?, cores = '[4,5]' where record_id = ?`,
  );
  for (const id of ids) set.run(seconds, id);
}

describe('the figures of a campaign', () => {
  const redis = useRedis();

  it('are those of database, queue, consumers and Redis, in the format that Prometheus reads', async () => {
    const login = await makeLoginNode(redis.address, [{}, {}, {}, {}, {}]);
    const { workflow, queue } = login;
    settle(workflow, [1, 2], null);
    settle(workflow, [3], 'scf_not_converged', 10);
    await queue.add('job', {}, { jobId: 'c4-a1' });
    const base = `${queuePrefix(workflow.campaignId)}:default:`;
    const finishedMs = Date.now() - 90_000;
    await login.redis.zadd(`${base}completed`, finishedMs, 'c1-a1');
    const time = new Date().toISOString();
    const said = { node: 'n7', allocationId: '4711', pid: 1, slots: 4, busy: 3, state: 'running' } as const;
    const more = { reason: null, why: null, startedAt: time, seenAt: time, endsAt: null, jobs: [] };
    await login.redis.hset(announcementsKey(workflow.campaignId, 'default'), {
      'n7:4711:0a1b2c3d': renderAnnouncement({ ...said, ...more }),
      'n8:4711:0a1b2c3d': renderAnnouncement({ ...said, ...more, state: 'ended', reason: 'idle' }),
    });
    const snapshot = await createSnapshotTaker({ ...login, lane: 'default', log: silentLog })();
    const text = await renderMetrics(snapshot);
    const value = (name: string, labels: Record<string, string> = {}) => valueOf(text, name, labels);

    expect(parsePrometheus(text).samples.length).toBeGreaterThan(30);
    expect(value('oact_campaign_info', { campaign: workflow.campaignId })).toBe(1);
    expect(value('oact_records', { status: 'completed' })).toBe(2);
    expect(value('oact_records', { status: 'failed' })).toBe(1);
    expect(value('oact_records', { status: 'to_run' })).toBe(2);
    expect(value('oact_attempts_open')).toBe(0);
    expect(value('oact_attempts_settled_total', { outcome: 'completed' })).toBe(2);
    expect(value('oact_attempts_settled_total', { outcome: 'timed_out' })).toBe(0);
    expect(value('oact_attempt_failures_total', { class: 'scf_not_converged' })).toBe(1);
    expect(value('oact_core_seconds_total', { outcome: 'completed' })).toBe(2 * 30 * 2);
    expect(value('oact_core_seconds_total', { outcome: 'failed' })).toBe(10 * 2);
    expect(value('oact_last_settled_timestamp_seconds')).toBeCloseTo(Date.now() / 1000, -2);
    expect(value('oact_queue_jobs', { lane: 'default', state: 'waiting' })).toBe(1);
    expect(value('oact_reconcile_lag_seconds')).toBeGreaterThanOrEqual(90);
    expect(value('oact_reconcile_lag_seconds')).toBeLessThan(150);
    expect(value('oact_consumers', { state: 'running' })).toBe(1);
    expect(value('oact_consumers', { state: 'ended' })).toBe(1);
    expect(value('oact_slots'), 'of those that are there').toBe(4);
    expect(value('oact_slots_busy')).toBe(3);
    expect(value('oact_redis_up')).toBe(1);
    expect(value('oact_redis_memory_bytes')).toBeGreaterThan(100_000);
    expect(value('oact_redis_append_only')).toBe(0);
    expect(value('oact_redis_disk_writable')).toBe(1);
  });

  it('cost Redis a few commands', async () => {
    const login = await makeLoginNode(redis.address, [{}]);
    const take = createSnapshotTaker({ ...login, lane: 'default', log: silentLog });
    const commandsOf = async (): Promise<number> => {
      const { queue } = await take();
      if (!queue) throw new Error('no figures');
      return queue.redis.commandsProcessed;
    };
    // Lua scripts and the greeting of the connection come with the first one.
    await commandsOf();
    const before = await commandsOf();
    const calls = (await commandsOf()) - before;
    // Seven per lane, and those that ask which lanes there are and who is at work.
    expect(calls).toBeLessThanOrEqual(16);
  });

  it('are those of the database alone while Redis is away, and come at once', async () => {
    const login = await makeLoginNode(redis.address, [{}]);
    const dead = await connectRedis(redis.address);
    dead.disconnect();
    const taken = await createSnapshotTaker({ ...login, redis: dead, lane: 'default', log: silentLog })();
    const text = await renderMetrics(taken);
    expect(valueOf(text, 'oact_redis_up')).toBe(0);
    expect(valueOf(text, 'oact_records', { status: 'to_run' })).toBe(1);
    expect(text).not.toContain('oact_queue_jobs');
  });

  it('are those of Redis alone while the database cannot be read', async () => {
    const login = await makeLoginNode(redis.address, [{}]);
    login.workflow.close();
    const text = await renderMetrics(
      await createSnapshotTaker({ ...login, lane: 'default', log: silentLog })(),
    );
    expect(valueOf(text, 'oact_database_up')).toBe(0);
    expect(valueOf(text, 'oact_redis_up')).toBe(1);
    expect(text).not.toContain('oact_records');
  });
});

describe('the door to the metrics', () => {
  const snapshot = {
    campaignId: '0a1b2c3d',
    lane: 'default',
    takenAt: new Date(),
    database: null,
    queue: null,
  };

  async function open() {
    let taken = 0;
    const takeSnapshot = () => {
      taken += 1;
      return Promise.resolve(snapshot);
    };
    const server = await startMetrics(createMetricsApp({ takeSnapshot, token: 'right' }), 0);
    onTestFinished(() => server.stop());
    const ask = (authorization?: string) =>
      fetch(server.url, authorization === undefined ? {} : { headers: { authorization } });
    return { ask, server, taken: () => taken };
  }

  it.each([undefined, '', 'Bearer wrong', 'Basic right', 'right', 'bearer right'])(
    'stays shut to %j',
    async (header) => {
      const { ask, taken } = await open();
      const response = await ask(header);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.text()).not.toContain('oact_redis_up');
      expect(taken()).toBe(0);
    },
  );

  it('opens to the token, with one look for many scrapes', async () => {
    const { ask, taken } = await open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('Bearer right')));
    for (const answer of answers) expect(answer.status).toBe(200);
    expect(answers[0]?.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(valueOf((await answers[0]?.text()) ?? '', 'oact_database_up')).toBe(0);
    expect(taken()).toBe(1);
  });

  it('listens on loopback only, and says when its port is taken', async () => {
    const { server } = await open();
    const { hostname, port } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    const app = createMetricsApp({ takeSnapshot: () => Promise.resolve(snapshot), token: 'right' });
    await expect(startMetrics(app, Number(port))).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });

  it('has a token that only its owner may read, and that stays the same', () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    const token = ensureMetricsToken(campaign.dir);
    expect(statSync(metricsTokenPath(campaign.dir)).mode & 0o777).toBe(0o600);
    expect(ensureMetricsToken(campaign.dir)).toBe(token);
  });
});

it.each([
  ['a metric without HELP', 'not announced', '# TYPE a gauge\na 1\n'],
  ['a sample twice', 'twice: ', '# HELP a x\n# TYPE a gauge\na{b="c"} 1\na{b="c"} 2\n'],
  ['a counter without _total', 'no counter', '# HELP a x\n# TYPE a counter\na 1\n'],
  ['a broken label', 'bad labels', '# HELP a x\n# TYPE a gauge\na{b=c} 1\n'],
  ['no end of line', 'has no end', '# HELP a x\n# TYPE a gauge\na 1'],
])('the strict reader of these tests refuses %s', (_what, words, text) => {
  expect(() => parsePrometheus(text)).toThrow(words);
});
