import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { letOrcaEnd, startConsumer } from '../consumer/start-consumer.ts';
import { aSelection, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

const server = useRedis();

it('a Redis that lost everything costs no result: the audit adds the jobs again, what was finished is adopted', async () => {
  const node = await makeLoginNode(server.address, [{}, {}]);
  const campaign = { id: node.workflow.campaignId, jobRoot: node.jobRoot };
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  const first = startConsumer(server.address, campaign, 'orca-waiting');
  await first.logged('job started');

  await node.redis.flushall();
  const jobDir = join(node.jobRoot, 'job_1');
  letOrcaEnd(jobDir);
  await first.report;
  expect(existsSync(join(jobDir, 'attempt-1', 'result.json'))).toBe(true);
  expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running' });

  expect(await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' })).toMatchObject({
    readded: 2,
  });
  const second = startConsumer(server.address, campaign, 'orca-good');
  expect((await second.report).endings).toEqual({ completed: 2 });
  const started = second.log.filter((line) => line['msg'] === 'job started').map((line) => line['jobId']);
  expect(started).toEqual(['c2-a1']);

  const swept = await sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
  });
  expect(swept).toMatchObject({ settled: 2, stale: 0, foreign: 0, awaited: 0 });
  expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', final_energy: -626.605298577892 });
  expect(listAttempts(node.workflow, 1)).toHaveLength(1);
});
