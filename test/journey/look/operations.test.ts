import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readCampaignRedis } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { metricsTokenPath } from '../../../infra/metrics/metrics-app.ts';
import { parsePrometheus, valueOf } from '../../infra/metrics/parse-prometheus.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import {
  exampleCsv,
  oactSucceeds,
  type OactRun,
  runOact,
  type RunningOact,
  standInPath,
  startOact,
} from '../../support/run-oact.ts';
import { isAboutJob, logLinesOf } from '../../support/log-lines.ts';
import { listen } from '../../support/tcp-proxy.ts';
import { visitBoard } from './visit-board.ts';

const hasServer = (await findRedisProgram()) !== undefined;

/** As on a cluster, every command under the Redis user of its role: figures, hooks and logs of a whole campaign. */
describe.skipIf(!hasServer)('operating a campaign', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  let admin: Redis;
  let serve: RunningOact;
  let firstServe: OactRun;
  let consumer: OactRun;
  let metricsUrl: string;
  const posted: string[] = [];
  const webhook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posted.push(body);
      response.end();
    });
  });
  const env = {
    OACT_STANDIN_SECONDS: '0.05',
    OACT_ORCA_PATH: standInPath,
    OACT_LOG_LEVEL: 'debug',
    OACT_RETRY_BACKOFF_FIRST: '0.2',
  };
  const oact = (...args: string[]): Promise<OactRun> => oactSucceeds([...args, '-C', dir], { env });
  const startServe = (): RunningOact =>
    startOact(['serve', '-C', dir, '--high-water', '50', '--metrics-port', '0', '--hook-interval', '0.2'], {
      env,
    });
  const findUrl = (): Promise<string> =>
    vi.waitFor(
      () => {
        const line = logLinesOf(serve.output()).find(({ msg }) => msg === 'metrics are served');
        if (typeof line?.['url'] !== 'string') throw new Error(`not yet: ${serve.output().stderr}`);
        return line['url'];
      },
      { timeout: 60_000, interval: 100 },
    );
  const scrape = async (): Promise<string> => {
    const authorization = `Bearer ${readFileSync(metricsTokenPath(dir), 'utf8').trim()}`;
    const response = await fetch(metricsUrl, { headers: { authorization } });
    expect(response.status).toBe(200);
    return response.text();
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    const planFile = join(home.dir, 'plan.json');
    writeFileSync(
      planFile,
      JSON.stringify([
        { match: '/job_3/', fail: 'input_keyword' },
        { match: '/job_5/', fail: 'mpi_transport' },
      ]),
    );
    Object.assign(env, { OACT_STANDIN_PLAN: planFile });
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const url = `http://127.0.0.1:${await listen(webhook)}/`;
    appendFileSync(
      join(dir, 'oact.yaml'),
      `hooks:
  campaignDone:
    command: [sh, -c, 'cat >> done.jsonl; echo >> done.jsonl']
  failureRate: { above: 0, atLeast: 1, webhook: { url: ${url} } }
  nothingFinished: { for: 30d, command: ['false'] }
`,
    );
    await oact('redis', 'start');
    const address = readCampaignRedis(dir, 'admin');
    if (!address) throw new Error('no server');
    admin = await connectRedis(address);
    serve = startServe();
    metricsUrl = await findUrl();
    consumer = await runOact(
      [
        'consume',
        '-C',
        dir,
        '--slots',
        '2',
        '--cores-per-slot',
        '1',
        '--oversubscribe',
        '--idle-timeout',
        '8s',
      ],
      { env: { ...env, SLURM_JOB_ID: '4711', SLURMD_NODENAME: 'n7' } },
    );
    await vi.waitFor(
      async () => {
        const { database } = JSON.parse((await oact('status', '--json')).stdout);
        if (database.completed + database.failed !== 24) throw new Error(JSON.stringify(database));
      },
      { timeout: 60_000, interval: 500 },
    );
  }, 240_000);
  afterAll(async () => {
    serve.child.kill('SIGTERM');
    await serve.ended;
    admin.disconnect();
    webhook.close();
    await runOact(['redis', 'stop', '-C', dir]);
    home.remove();
  });

  it('gives Prometheus the figures of the database, behind its token', async () => {
    expect(consumer.code).toBe(0);
    expect((await fetch(metricsUrl)).status).toBe(401);
    // What is older than five seconds is counted anew.
    const text = await vi.waitFor(
      async () => {
        const now = await scrape();
        expect(valueOf(now, 'oact_attempts_open')).toBe(0);
        return now;
      },
      { timeout: 20_000, interval: 500 },
    );
    const { database } = JSON.parse((await oact('status', '--json')).stdout);
    for (const status of ['to_run', 'running', 'completed', 'failed', 'timeout']) {
      expect({ status, count: valueOf(text, 'oact_records', { status }) }).toEqual({
        status,
        count: database[status],
      });
    }
    expect(valueOf(text, 'oact_attempt_failures_total', { class: 'input_keyword' })).toBe(1);
    expect(valueOf(text, 'oact_attempt_failures_total', { class: 'mpi_transport' })).toBeGreaterThan(1);
    expect(valueOf(text, 'oact_core_seconds_total', { outcome: 'completed' })).toBeGreaterThan(0);
    expect(valueOf(text, 'oact_redis_append_only')).toBe(1);
    expect(valueOf(text, 'oact_reconcile_lag_seconds')).toBe(0);
    expect(parsePrometheus(text).types.get('oact_records')).toBe('gauge');
  });

  it('tells of its end and of failures, once, also after a restart of serve', async () => {
    const doneFile = join(dir, 'done.jsonl');
    await vi.waitFor(() => expect(existsSync(doneFile)).toBe(true), { timeout: 20_000 });
    await vi.waitFor(() => expect(posted).toHaveLength(1), { timeout: 20_000 });
    expect(JSON.parse(posted[0] ?? '')).toMatchObject({ event: 'failureRate', isTest: false });
    serve.child.kill('SIGTERM');
    firstServe = await serve.ended;
    expect(firstServe.code).toBe(0);
    serve = startServe();
    metricsUrl = await findUrl();
    const before = valueOf(await scrape(), 'oact_redis_commands_total') ?? 0;
    // Some looks later: a scrape that is not the remembered one.
    await vi.waitFor(
      async () => expect(valueOf(await scrape(), 'oact_redis_commands_total')).toBeGreaterThan(before),
      { timeout: 20_000, interval: 500 },
    );
    const told = readFileSync(doneFile, 'utf8').trim().split('\n').filter(Boolean);
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0] ?? '')).toMatchObject({
      event: 'campaignDone',
      message: expect.stringMatching(/^the campaign is done: \d+ completed, \d failed, 0 timed out$/),
      campaign: { directory: dir },
    });
    expect(posted).toHaveLength(1);
    expect(logLinesOf(firstServe).filter(({ msg }) => msg === 'hook failed')).toEqual([]);
  });

  it('lets a person try a hook', async () => {
    expect((await oact('hooks', 'test', 'failureRate')).stdout).toContain('succeeded');
    expect(JSON.parse(posted.at(-1) ?? '')).toMatchObject({ event: 'failureRate', isTest: true });
    const failed = await runOact(['hooks', 'test', 'nothingFinished', '-C', dir]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('false ended with exit code 1');
    expect((await runOact(['hooks', 'test', 'nodeStopped', '-C', dir])).code).toBe(3);
    expect((await runOact(['hooks', 'test', 'everything', '-C', dir])).code).toBe(2);
  });

  it('writes log lines that name record, attempt, node and allocation, each one about a job', async () => {
    const ofConsumer = logLinesOf(consumer).filter(isAboutJob);
    const ofServe = logLinesOf(firstServe).filter(isAboutJob);
    const id = {
      jobId: expect.stringMatching(/^c\d+-a\d+$/),
      recordId: expect.any(Number),
      attempt: expect.any(Number),
    };
    const place = { node: 'n7', allocationId: '4711', slot: expect.any(Number) };
    for (const line of ofConsumer) expect(line).toMatchObject({ ...id, ...place });
    for (const line of ofServe) expect(line).toMatchObject(id);
    // Each of the 24 was started and finished.
    for (const msg of ['job started', 'job finished']) {
      const records = ofConsumer.filter((line) => line['msg'] === msg).map((line) => line['recordId']);
      expect({ msg, records: new Set(records).size }).toEqual({ msg, records: 24 });
    }
    const settled = ofServe.filter(({ msg }) => msg === 'attempt settled');
    expect(new Set(settled.map(({ recordId }) => recordId)).size).toBe(24);
    for (const line of settled) expect(line).toMatchObject({ ...id, ...place });
    for (const line of logLinesOf(consumer)) expect(line).toMatchObject({ node: 'n7', allocationId: '4711' });
  });

  it('has every command done its work without one command that its user may not give', async () => {
    const idle = startOact(
      [
        'consume',
        '-C',
        dir,
        '--slots',
        '1',
        '--cores-per-slot',
        '1',
        '--oversubscribe',
        '--idle-timeout',
        '10m',
      ],
      { env: { ...env, SLURM_JOB_ID: '4712', SLURMD_NODENAME: 'n8' } },
    );
    await vi.waitFor(
      async () => expect((await oact('consumer', 'list', '--json')).stdout).toContain('"n8"'),
      { timeout: 60_000, interval: 500 },
    );
    expect((await oact('consumer', 'drain', 'n8', '--wait')).stdout).toContain('n8');
    expect((await idle.ended).code).toBe(75);
    await oact('job', 'show', '1');
    await oact('job', 'show', '3');
    await oact('requeue', '--class', 'mpi_transport', '--dry-run');
    await oact('requeue', '--class', 'input_keyword', '--yes');
    await oact('reconcile', '--once');
    expect((await runOact(['recover', '--dry-run', '-C', dir])).stderr).toContain('nothing to recover');
    await oact('redis', 'status');
    expect(await visitBoard(dir)).toMatchObject({ queues: [{ name: 'default' }] });
    await scrape();
    expect(await admin.acl('LOG')).toEqual([]);
    // All of it was done by these users, and by nobody else.
    const users = new Set(String(await admin.client('LIST')).match(/user=\S+/g));
    expect([...users].toSorted()).toEqual(['user=admin', 'user=producer']);
  });
});
