/** A database and users of Redis as released versions left them, with jobs on their way. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Queue, Worker } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { defaultJobOptions, queuePrefix } from '../../../core/job/queue-names.ts';
import { addressOfServer, redisDirOf, type RedisRole } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { toQueueConnection } from '../../../core/redis/queue-connection.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { ensureScripts } from '../../../infra/redis/rights/load-scripts.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { aResult, readRow } from '../../workflow/sample-workflow.ts';

const released = join(findPackageRoot(), 'test', 'fixtures', 'released');
const versions = readdirSync(released);
const program = await findRedisProgram();
const campaignId = '0a1b2c3d';

const campaignDir = (): string => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
};

const openIds = (workflow: ReturnType<typeof openWorkflow>): string[] =>
  listOpenAttempts(workflow).map(({ jobId }) => jobId);

describe.each(versions)('what %s left behind', (version) => {
  const read = (name: string): string => readFileSync(join(released, version, name), 'utf8');
  const makeDatabase = (): string => {
    const path = join(campaignDir(), 'workflow.db');
    const db = new Database(path);
    db.exec(read('database.sql'));
    db.close();
    return path;
  };

  it('a database: read as it is, brought up to date, and its jobs are settled', () => {
    const path = makeDatabase();
    const asItIs = openWorkflow(path, { readOnly: true });
    expect(openIds(asItIs)).toEqual(['c4-a1', 'c5-a1']);
    asItIs.close();

    const workflow = openWorkflow(path);
    onTestFinished(() => workflow.close());
    expect(openIds(workflow)).toEqual(['c4-a1', 'c5-a1']);
    const result = aResult(4, 1, { campaignId: workflow.campaignId });
    settleJobs(workflow, [{ recordId: 4, attempt: 1, outcome: { kind: 'completed' }, result }]);
    expect(readRow(workflow, 4)).toMatchObject({ status: 'completed', fail_count: 0 });
    expect(readRow(workflow, 1)).toMatchObject({ status: 'completed', final_energy: expect.any(Number) });
    expect(readRow(workflow, 3)).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('157 electrons'),
    });
    expect(openIds(workflow)).toEqual(['c5-a1']);
  });

  it.skipIf(!program)(
    'users of a running server: a job of today walks through, and the server gets its scripts',
    async () => {
      const dir = campaignDir();
      const { record } = await startServer({ campaignDir: dir, campaignId });
      onTestFinished(async () => void (await stopServer(dir)));
      const aclFile = join(redisDirOf(dir), 'users.acl');
      const hashOf = (role: string): string =>
        new RegExp(`^user ${role} on (#[0-9a-f]+)`, 'm').exec(readFileSync(aclFile, 'utf8'))?.[1] ?? '';
      const old = read('users.acl')
        .replaceAll(/\{oact-[0-9a-f]+\}/g, `{oact-${campaignId}}`)
        .replaceAll(/^user (\w+) on #[0-9a-f]+/gm, (_, role: string) => `user ${role} on ${hashOf(role)}`);
      writeFileSync(aclFile, old);
      const address = (role: RedisRole) => addressOfServer(record, dir, role);
      const admin = await connectRedis(address('admin'));
      onTestFinished(() => admin.disconnect());
      await admin.script('FLUSH');
      await admin.acl('LOAD');

      const producer = await connectRedis(address('producer'));
      onTestFinished(() => producer.disconnect());
      await ensureScripts(producer, dir);
      const prefix = queuePrefix(campaignId);
      const queue = new Queue('default', { connection: toQueueConnection(address('producer')), prefix });
      onTestFinished(() => queue.close());
      await queue.add('UO2', { v: 1 }, { ...defaultJobOptions, jobId: 'c1-a1' });
      const worker = new Worker('default', null, {
        connection: toQueueConnection(address('consumer')),
        prefix,
        autorun: false,
        skipStalledCheck: true,
      });
      onTestFinished(() => worker.close(true));
      const job = await worker.getNextJob('token');
      await job?.moveToCompleted({}, 'token', false);
      expect(await queue.getJobCounts('completed')).toEqual({ completed: 1 });
    },
  );
});
