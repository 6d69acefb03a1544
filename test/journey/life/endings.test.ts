import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { startTestRedis, type TestRedis } from '../../support/redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

/** What the stand-in does to each job, by orig_index; its output passes through the whole pipeline to the row. */
function makeCampaign(home: CampaignDir, name: string, fails: Record<number, string>, yaml = '') {
  const dir = join(home.dir, name);
  const planFile = join(home.dir, `${name}.json`);
  const plan = Object.entries(fails).map(([id, fail]) => ({ match: `/job_${id}/`, fail }));
  writeFileSync(planFile, JSON.stringify(plan));
  const env = {
    OACT_STANDIN_SECONDS: '0.05',
    OACT_ORCA_PATH: standInPath,
    OACT_STANDIN_PLAN: planFile,
    OACT_RETRY_BACKOFF_FIRST: '0.1',
  };
  const show = async (id: number) =>
    JSON.parse((await oactSucceeds(['job', 'show', String(id), '-C', dir, '--json'], { env })).stdout);
  const init = async (): Promise<void> => {
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    appendFileSync(join(dir, 'oact.yaml'), yaml);
  };
  return { dir, env, show, init };
}

describe('endings that stand-in and pipeline agree on', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  beforeAll(() => {
    home = makeCampaignDir();
  });
  afterAll(() => home.remove());

  it('each comes to its class, its charge and its retries', async () => {
    const fails = { 1: 'mpi5_killed', 2: 'hydra_killed', 3: 'no_barrier', 4: 'interrupted', 5: 'unstable' };
    const { dir, env, show, init } = makeCampaign(home, 'run', fails, '\nbatch: { stopAfter: 0 }\n');
    await init();
    const slots = ['--slots', '1', '--cores-per-slot', '2', '--oversubscribe', '--order', 'id'];
    await runOact(['run', '-C', dir, '--ids', '1-5', ...slots], { env });
    const fewerRanks = { class: 'oom_killed', outcome: 'failed' };
    for (const id of [1, 2])
      expect(await show(id)).toMatchObject({
        status: 'failed',
        failCount: 2,
        attempts: [
          { ...fewerRanks, reason: expect.stringMatching(/exited on signal 9|KILLED BY SIGNAL: 9/) },
          { ...fewerRanks, remedies: [{ kind: 'fewer_ranks', share: 0.5 }] },
        ],
      });
    expect(await show(3)).toMatchObject({
      status: 'failed',
      failCount: 1,
      attempts: [{ class: 'no_barrier', notRetried: 'the same path would have no barrier again' }],
    });
    const { attempts, ...interrupted } = await show(4);
    expect(interrupted).toMatchObject({ status: 'failed', failCount: 0 });
    expect(attempts.map((one: { class: string }) => one.class)).toEqual(Array(3).fill('interrupted'));
    expect(await show(5)).toMatchObject({
      status: 'completed',
      failCount: 0,
      attempts: [{ warnings: [expect.stringMatching(/^unstable: /)] }],
    });
    const list = await oactSucceeds(['job', 'list', '--warning', 'unstable', '-C', dir, '--json'], { env });
    expect(JSON.parse(list.stdout)).toMatchObject({ total: 1, records: [{ id: 5 }] });
    expect((await oactSucceeds(['report', '-C', dir], { env })).stdout).toMatch(/\| unstable +\| +1 \|/);
  });

  it('strict fails an unstable wave function, once', async () => {
    const { dir, env, show, init } = makeCampaign(
      home,
      'strict',
      { 1: 'unstable' },
      '\nstrict: [unstable]\n',
    );
    await init();
    await runOact(
      ['run', '-C', dir, '--ids', '1', '--slots', '1', '--cores-per-slot', '1', '--oversubscribe'],
      { env },
    );
    const record = await show(1);
    expect(record).toMatchObject({
      status: 'failed',
      failCount: 1,
      errorMessage: expect.stringMatching(/^unstable: /),
    });
    expect(record.attempts).toMatchObject([
      { class: 'doubtful_result', notRetried: 'the same run gives the same doubt' },
    ]);
  });

  describe('faults of the node', () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startTestRedis();
    });
    afterAll(() => redis.stop());

    it.each(['node_trouble', 'slurm_layout', 'appended_attempt', 'shm_full', 'disk_full'])(
      'a job that meets %s goes back uncharged, and the node is counted',
      async (fail) => {
        const { dir, env, show, init } = makeCampaign(home, fail, { 1: fail });
        const all = { ...env, OACT_REDIS_URL: fullRedisUrl(redis.address) };
        await init();
        await oactSucceeds(['enqueue', '-C', dir, '--ids', '1'], { env: all });
        const node = ['--slots', '1', '--cores-per-slot', '1', '--oversubscribe', '--idle-timeout', '0.3s'];
        const consumer = await runOact(['consume', '-C', dir, ...node, '--json'], { env: all });
        expect(JSON.parse(consumer.stdout)).toMatchObject({ reason: 'idle', endings: { fault: 1 } });
        await oactSucceeds(['reconcile', '--once', '-C', dir], { env: all });
        expect(await show(1)).toMatchObject({
          status: 'running',
          failCount: 0,
          attempts: [{ outcome: null }],
        });
        const shown = await oactSucceeds(['job', 'show', '1', '-C', dir, '--json'], { env: all });
        expect(JSON.parse(shown.stdout)).toMatchObject({
          queue: { state: 'delayed', counts: { starts: 1, faults: 1, lost: 0 } },
        });
        const status = await oactSucceeds(['status', '-C', dir, '--json'], { env: all });
        expect(JSON.parse(status.stdout)).toMatchObject({
          claimed: { putOff: 1 },
          putOff: [{ recordId: 1 }],
        });
        const attempt = join(dir, 'jobs', 'job_1', 'attempt-1');
        const [run = ''] = readdirSync(attempt);
        const judged = await runOact(['judge', '--json', join(attempt, run)], { env });
        expect(JSON.parse(judged.stdout)).toMatchObject([{ outcome: 'failed', nodeFault: true }]);
      },
    );
  });
});
