import { describe, expect, it } from 'vitest';
import { auditQueue, type AuditReport } from '../../../producer/audit/audit-queue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { useRedis } from '../../support/use-redis.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode } from '../a-campaign.ts';

const redis = useRedis();

const uranyls = (count: number): object[] => Array.from({ length: count }, () => ({}));
const audit = (node: LoginNode, isDryRun = false): Promise<AuditReport> =>
  auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', isDryRun });
const aReport = (checked: number, changes: Partial<AuditReport> = {}): object =>
  expect.objectContaining({ checked, overruled: 0, misjudged: 0, withdrawn: 0, readded: 0, ...changes });

describe('records that another tool changed while their job is on its way', () => {
  it.each(['to_run', 'ready'])(
    'gives up an attempt whose record another tool set to %s, and leaves the record as it is',
    async (status) => {
      const node = await makeLoginNode(redis.address, uranyls(2));
      await enqueue(node.workflow, node.queue, aSelection(), node.batch);
      node.workflow.db.prepare('update structures set status = ?, fail_count = 3 where id = 1').run(status);
      expect(await audit(node)).toEqual(aReport(1, { overruled: 1, withdrawn: 1 }));
      expect(await node.waiting()).toEqual(['c2-a1']);
      expect(await node.queue.getJob('c1-a1')).toBeUndefined();
      expect(readRow(node.workflow, 1)).toMatchObject({ status, fail_count: 3 });
      expect(listAttempts(node.workflow, 1)).toMatchObject([
        { outcome: 'stale', reason: `another tool set the record to ${status}` },
      ]);
      expect(await audit(node)).toEqual(aReport(1));
    },
  );

  it('gives up an attempt whose record another launcher has claimed', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    node.workflow.db.prepare("update structures set worker_id = '4711' where id = 1").run();
    expect(await audit(node)).toEqual(aReport(1, { overruled: 1, withdrawn: 1 }));
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running', worker_id: '4711' });
    expect(listAttempts(node.workflow, 1)).toMatchObject([
      { outcome: 'stale', reason: 'another tool claimed the record: its worker_id is 4711' },
    ]);
  });

  it.each(['completed', 'failed', 'timeout', null])(
    'keeps an attempt whose record another tool judged %s, sets the record back, and tells each verdict once',
    async (status) => {
      const node = await makeLoginNode(redis.address, uranyls(2));
      await enqueue(node.workflow, node.queue, aSelection(), node.batch);
      const judge = (): unknown =>
        node.workflow.db.prepare('update structures set status = ? where id = 1').run(status);
      judge();
      expect(await audit(node, true)).toEqual(aReport(2, { misjudged: 1 }));
      expect(readRow(node.workflow, 1)).toMatchObject({ status });
      expect(await audit(node)).toEqual(aReport(2, { misjudged: 1 }));
      expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running', fail_count: 0 });
      expect(await node.waiting()).toEqual(['c1-a1', 'c2-a1']);
      judge();
      expect(await audit(node)).toEqual(aReport(2));
      expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running' });
    },
  );
});
