import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { oactSucceeds, type RunningOact, runOact, standInPath, startOact } from '../../support/run-oact.ts';

const records = 30;
const statusSchema = z.object({
  database: z.record(z.string(), z.number()),
  stopped: z.array(z.looseObject({ batchId: z.number(), endings: z.number(), error: z.string() })),
});
const words = (what: RegExp): RegExp =>
  new RegExp(`batch 1 was stopped: .* jobs .*failed.* with ${what.source}`);

const run = (dir: string, env: Record<string, string>, ...flags: string[]) =>
  runOact(['run', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--order', 'id', ...flags], { env });

function start(args: string[], env: Record<string, string>): RunningOact {
  const running = startOact(args, { env });
  onTestFinished(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

describe('jobs that die alike', { timeout: 180_000 }, () => {
  let home: CampaignDir;
  beforeAll(() => void (home = makeCampaignDir()));
  afterAll(() => home.remove());

  async function aCampaign(name: string, env: Record<string, string>) {
    const dir = join(home.dir, name);
    const table = join(home.dir, `${name}.csv`);
    const rows = Array.from(
      { length: records },
      (_, index) => `h2-${index + 1},0,1,"H 0 0 0\nH 0 0 0.${740 + index}"`,
    );
    writeFileSync(table, `${['name,charge,multiplicity,geometry', ...rows].join('\n')}\n`);
    await oactSucceeds(['init', dir, '--csv', table, '--geometry-column', 'geometry']);
    const all = { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05', ...env };
    const read = async (...args: string[]): Promise<string> =>
      (await oactSucceeds([...args, '-C', dir], { env: all })).stdout;
    const status = async () => statusSchema.parse(JSON.parse(await read('status', '--json')));
    return { dir, env: all, read, status };
  }
  it('stop oact run after five that failed for good, whatever their class, and the rest waits', async () => {
    const { dir, env, status, read } = await aCampaign('all', { OACT_STANDIN_FAIL: 'crash_module' });
    const ended = await run(dir, env, '--no-retry');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(words(/crash_module: /));
    expect(ended.stderr).toContain('oact requeue --class crash_module');
    const { database, stopped } = await status();
    expect(database['failed']).toBeGreaterThanOrEqual(5);
    expect(database['failed']).toBeLessThan(15);
    const died = database['failed'] ?? 0;
    expect(database).toMatchObject({ running: 0, completed: 0, to_run: records - died });
    expect(stopped).toMatchObject([{ batchId: 1, isFirst: true, nodes: 1 }]);
    // Who waits is told why, as is who died.
    expect(await read('status')).toMatch(words(/crash_module: /));
    expect(await read('report')).toMatch(/\*\*Stopped:\*\* batch 1 was stopped/);
    const claimed = await read('job', 'list', '--json', '--status', 'failed');
    expect(JSON.parse(claimed)).toMatchObject({ total: died });

    // The cause is corrected: what waited runs, and what died does so after a requeue.
    const good = { ...env, OACT_STANDIN_FAIL: '' };
    await oactSucceeds(['requeue', '-C', dir, '--class', 'crash_module', '--yes'], { env: good });
    expect((await run(dir, good)).code).toBe(0);
    expect(await status()).toMatchObject({ database: { completed: records, failed: 0 }, stopped: [] });
  });

  it('go on being run when their endings differ', async () => {
    const plan = join(home.dir, 'plan.json');
    // Each third record completes, the others die in two ways.
    const rules = [
      { match: '/job_\\d*[258]$|/job_\\d*[258]/', fail: 'crash_module' },
      { match: '/job_\\d*[147]$|/job_\\d*[147]/', fail: 'memory_maxcore' },
    ];
    writeFileSync(plan, JSON.stringify(rules));
    const { dir, env, status } = await aCampaign('mixed', { OACT_STANDIN_PLAN: plan });
    expect((await run(dir, env, '--no-retry')).code).toBe(4);
    const { database, stopped } = await status();
    expect(database).toMatchObject({ to_run: 0, running: 0, failed: 18, completed: 12 });
    expect(stopped).toEqual([]);
  });

  describe('on one node only', () => {
    const redis = useRedis();

    it('stop that node with the reason, and the others do the rest', async () => {
      const { dir, env, status, read } = await aCampaign('nodes', {
        OACT_REDIS_URL: fullRedisUrl(redis.address),
      });
      const serve = start(['serve', '-C', dir, '--no-retry', '--order', 'id'], env);
      const consume = (node: string, more: Record<string, string>): RunningOact =>
        start(['consume', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '60s'], {
          ...env,
          ...more,
          SLURM_JOB_ID: '4711',
          SLURMD_NODENAME: node,
        });
      const good = consume('good', { OACT_STANDIN_SECONDS: '0.3' });
      const bad = consume('bad', { OACT_STANDIN_FAIL: 'crash_module', OACT_STANDIN_SECONDS: '0.3' });
      const ended = await bad.ended;
      expect(ended.stderr).toMatch(
        /jobs of batch 1 failed on bad with crash_module: .*, and on no other node/,
      );
      expect(ended.code).not.toBe(0);
      await expect
        .poll(async () => (await status()).database, { timeout: 90_000 })
        .toMatchObject({ to_run: 0, running: 0 });
      const { database, stopped } = await status();
      expect(stopped).toEqual([]);
      expect(database['failed']).toBeGreaterThanOrEqual(5);
      expect(database['completed']).toBe(records - (database['failed'] ?? 0));
      expect(good.child.exitCode).toBeNull();
      const faulty = /bad.*: .* jobs of batch 1 failed on bad with crash_module/;
      expect(await read('status')).toMatch(faulty);
      expect(await read('consumer', 'list')).toMatch(faulty);
      serve.child.kill('SIGTERM');
      expect((await serve.ended).stderr).toMatch(/node stopped: .* failed on bad with crash_module/);
    });
  });
});
