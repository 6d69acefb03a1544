import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultPathOf } from '../../../core/job-dir/job-layout.ts';
import { type AuditReport, auditQueue } from '../../../producer/audit/audit-queue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { useRedis } from '../../support/use-redis.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode } from '../a-campaign.ts';

const redis = useRedis();

const audit = (node: LoginNode, isDryRun = false): Promise<AuditReport> =>
  auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', isDryRun });

/** Four queued records; the first is taken, and its batch stopped. */
async function aStoppedBatch() {
  const node = await makeLoginNode(
    redis.address,
    Array.from({ length: 4 }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  const hand = aHand(redis.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
  await hand.take();
  node.workflow.db.exec(`update oact_batches set stopped_at = 'now', same_error = 'input_keyword: FOO'`);
  return node;
}

const statusOf = (node: LoginNode): unknown[] =>
  [1, 2, 3, 4].map((id) => readRow(node.workflow, id)['status']);

describe('the audit of a stopped batch', () => {
  it('gives back what waits, charges nothing, and leaves the job that runs', async () => {
    const node = await aStoppedBatch();
    expect(await audit(node, true)).toMatchObject({ released: 3, withdrawn: 0, readded: 0 });
    expect(await node.waiting()).toHaveLength(3);
    expect(await audit(node)).toMatchObject({ checked: 4, released: 3, withdrawn: 0, readded: 0 });
    expect(await node.waiting()).toEqual([]);
    expect(await node.queue.getActiveCount()).toBe(1);
    expect(await node.queue.getJob('c2-a1')).toBeUndefined();
    expect(statusOf(node)).toEqual(['running', 'to_run', 'to_run', 'to_run']);
    expect(readRow(node.workflow, 2)).toMatchObject({ fail_count: 0, error_message: null });
    expect(listAttempts(node.workflow, 2)).toMatchObject([
      { outcome: 'released', reason: 'batch 1 was stopped before it ran' },
    ]);
    expect(await audit(node)).toMatchObject({ checked: 1, released: 0, withdrawn: 0, readded: 0 });
  });

  it('gives back what was taken off the queue by one that was killed in between', async () => {
    const node = await aStoppedBatch();
    await (await node.queue.getJob('c3-a1'))?.remove();
    expect(await audit(node)).toMatchObject({ released: 3, readded: 0 });
    expect(statusOf(node)).toEqual(['running', 'to_run', 'to_run', 'to_run']);
  });

  it('leaves a job on the queue that has published its result, or adds it again', async () => {
    const node = await aStoppedBatch();
    for (const id of [2, 3]) {
      const path = resultPathOf(String(readRow(node.workflow, id)['job_dir']), 1);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '{}');
    }
    await (await node.queue.getJob('c3-a1'))?.remove();
    expect(await audit(node)).toMatchObject({ released: 1, readded: 1 });
    expect((await node.waiting()).toSorted()).toEqual(['c2-a1', 'c3-a1']);
    expect(statusOf(node)).toEqual(['running', 'running', 'running', 'to_run']);
  });

  it('leaves another batch alone, which takes the records anew', async () => {
    const node = await aStoppedBatch();
    await audit(node);
    const batch = { ...node.batch, timeLimitSeconds: 60 };
    expect(await enqueue(node.workflow, node.queue, aSelection(), batch)).toMatchObject({ queued: 3 });
    expect(await audit(node)).toMatchObject({ checked: 4, released: 0, withdrawn: 0 });
    expect(await node.waiting()).toEqual(['c2-a2', 'c3-a2', 'c4-a2']);
  });
});
