import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { boardChemistry } from '../../cli/board/run-board.ts';
import { addressOfServer, type RedisRole } from '../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { type QueueConnection, toQueueConnection } from '../../core/redis/queue-connection.ts';
import { createLogger } from '../../core/logger.ts';
import { payloadVersion } from '../../core/job/payload.ts';
import { defaultJobOptions, queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import type { BoardActions } from '../../board/server/board-ports.ts';
import { ensureToken } from '../../board/server/board-token.ts';
import { type Board, startBoard } from '../../board/server/start-board.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { startServer } from '../../infra/redis/start-server.ts';
import { stopServer } from '../../infra/redis/stop-server.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { insertStructures } from '../../workflow/records/insert-structures.ts';
import { keepNames } from '../../workflow/names/keep-names.ts';
import { noteLeftOut } from '../../workflow/steering/left-out.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { aStructure } from '../workflow/sample-workflow.ts';
import { failedOf, settleOne } from '../workflow/settled-campaign.ts';

export const campaignId = '0a1b2c3d';
export const jobName = 'UO2F2 · record 17 · attempt 1';
export const output = 'ORCA says: <script>alert(1)</script>\n';

const payload = {
  v: payloadVersion,
  recordId: 17,
  attempt: 1,
  campaignId,
  jobDir: 'job_17',
  lane: 'default',
  calculation: {
    recipe: 'omol',
    runType: 'single_point',
    charge: 0,
    multiplicity: 1,
    atoms: [
      ['U', 0, 0, 0],
      ['O', 0, 0, 1.8],
    ],
    keywords: ['PBE'],
    blocks: [],
    blocksAfterResources: [],
  },
  timeLimitSeconds: 3600,
  timeRequestSeconds: 0,
};

/** A campaign whose record 17 failed, with a queue that knows of it, and its boards. */
export interface BoardWorld {
  dir: string;
  jobDir: string;
  token: string;
  admin: Redis;
  producerQueue: Queue;
  /** Where the messages of the boards' own log go. */
  log: string[];
  start(actions?: BoardActions): Promise<Board>;
  remove(): Promise<void>;
}

/** The board works as its own Redis user where there is a campaign server, so that a forbidden command would show. */
export async function aBoardWorld(): Promise<BoardWorld> {
  const campaign = makeCampaignDir();
  const { dir } = campaign;
  let fallback: TestRedis | undefined;
  const startRedis = async (): Promise<(role: RedisRole) => RedisAddress> => {
    if (await findRedisProgram()) {
      const { record } = await startServer({ campaignDir: dir, campaignId });
      return (role) => addressOfServer(record, dir, role);
    }
    const { address } = (fallback = await startTestRedis());
    return () => address;
  };
  const address = await startRedis();
  const admin = await connectRedis(address('admin'));
  const boardRedis = await connectRedis(address('board'));
  const prefix = queuePrefix(campaignId);
  const producerQueue = new Queue('default', { connection: toQueueConnection(address('producer')), prefix });
  const boardQueue = new Queue('default', {
    connection: toQueueConnection(address('board')),
    prefix,
    skipMetasUpdate: true,
  });
  await addTwoJobs(producerQueue, toQueueConnection(address('consumer')), prefix);
  const jobDir = join(dir, 'jobs', 'job_17');
  makeDatabase(join(dir, 'workflow.db'), jobDir);
  const workflow = openWorkflow(join(dir, 'workflow.db'), { readOnly: true });
  const token = ensureToken(dir);
  const boards: Board[] = [];
  const log: string[] = [];
  return {
    dir,
    jobDir,
    token,
    admin,
    producerQueue,
    log,
    start: async (actions = {}) => {
      const board = await startBoard({
        source: {
          title: 'my campaign',
          campaignId,
          lane: 'default',
          jobRoot: join(dir, 'jobs'),
          maxFailCount: null,
          workflow,
          broker: { queue: boardQueue, redis: boardRedis },
        },
        actions,
        chemistry: boardChemistry,
        token,
        log: createLogger({ file: join(dir, 'board.log') }),
        port: 0,
      });
      boards.push(board);
      return board;
    },
    remove: async () => {
      for (const board of boards) await board.stop();
      workflow.close();
      await boardQueue.close();
      await producerQueue.close();
      boardRedis.disconnect();
      admin.disconnect();
      await fallback?.stop();
      await stopServer(dir);
      campaign.remove();
    },
  };
}

async function addTwoJobs(queue: Queue, connection: QueueConnection, prefix: string): Promise<void> {
  await queue.add(jobName, payload, { ...defaultJobOptions, jobId: 'c17-a1' });
  await queue.add(
    'broken · record 18 · attempt 1',
    { other: true },
    { ...defaultJobOptions, jobId: 'c18-a1' },
  );
  const worker = new Worker('default', null, { connection, prefix, autorun: false, skipStalledCheck: true });
  const job = await worker.getNextJob('t');
  await job?.moveToFailed(new Error('scf_not_converged: not after 300 cycles'), 't', false);
  await worker.close();
}

function makeDatabase(path: string, jobDir: string): void {
  createWorkflow(path);
  const workflow = openWorkflow(path);
  insertStructures(
    workflow,
    Array.from({ length: 20 }, (_, index) => aStructure(index)),
  );
  settleOne(workflow, 17, failedOf('scf_not_converged', 'not after <b>300</b> cycles'));
  workflow.db.prepare('update structures set job_dir = ? where id = 17').run(jobDir);
  keepNames(workflow, [{ recordId: 17, name: 'UCl4-7', key: null, source: 'wave2.csv:5' }]);
  noteLeftOut(workflow, 'oact serve', [
    { cause: 'fail_cap', records: 3, examples: [4, 5], reason: 'it has failed 3 times' },
  ]);
  workflow.close();
  mkdirSync(jobDir, { recursive: true });
  writeFileSync(join(jobDir, 'orca.inp'), '! PBE\n');
  writeFileSync(join(jobDir, 'orca.out'), output);
}
