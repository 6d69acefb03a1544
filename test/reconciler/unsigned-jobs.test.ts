import { expect, it, onTestFinished } from 'vitest';
import {
  checkSignature,
  ensureSigningKey,
  followPublicKey,
  unsignedRefusal,
} from '../../core/payload-signature.ts';
import { signJobsOf } from '../../producer/add-jobs.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { aSelection, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { useRedis } from '../support/use-redis.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { aHand } from './finish-job.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

const server = useRedis();

it('jobs that an older oact queued are queued anew, signed, without a failure or a second attempt', async () => {
  const { dir, remove } = makeCampaignDir();
  onTestFinished(remove);
  const node = await makeLoginNode(server.address, [{}, {}]);
  await enqueue(node.workflow, node.queue, aSelection({ batchSize: 2 }), node.batch);
  const hand = aHand(server.address, node.workflow.campaignId);
  await hand.fail(`${unsignedRefusal}: it was queued by an older oact`);

  signJobsOf(node.queue, ensureSigningKey(dir));
  const options = { rulesOf: rowOf, lane: 'default', jobRoot: node.jobRoot, log: silentLog };
  expect(await sweepFinished(node.workflow, node.redis, options)).toMatchObject({ settled: 0, foreign: 0 });
  const audit = await auditQueue(node.workflow, node.queue, node.redis, { ...options, noticeSeconds: 0 });
  expect(audit).toMatchObject({ readded: 1, refused: 0 });
  expect((await node.waiting()).toSorted()).toEqual(['c1-a1', 'c2-a1']);
  expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running', fail_count: 0 });
  expect(listAttempts(node.workflow, 1)).toHaveLength(1);
  const key = followPublicKey(dir)();
  const data: object = (await node.queue.getJob('c1-a1'))?.data;
  expect(key && checkSignature(data, key)).toBe('signed');
});
