import { expect, vi } from 'vitest';
import { cancel, type CancelStep } from '../../../producer/steering/cancel.ts';
import { listCancellable } from '../../../workflow/steering/list-cancellable.ts';
import { isAlive } from '../../consumer/programs.ts';
import { letOrcaEnd } from '../../consumer/start-consumer.ts';
import { readIds, type World } from '../a-world.ts';
import { completedRecord, type Ending } from './ending.ts';

/** A person cancels all that waits or runs. */
async function cancelAll({ node }: World): Promise<CancelStep[]> {
  const records = listCancellable(node.workflow, { statuses: ['to_run', 'running'], ids: null });
  return cancel(node.workflow, node, records, { lane: 'default', reason: 'not needed', noticeSeconds: 0 });
}

const record = { status: 'failed', error_message: 'cancelled: not needed', fail_count: 0, worker_id: null };

/** The lines of the table that tell what becomes of a job that a person cancels. */
export const endingsOfCancelled: Ending[] = [
  {
    what: 'you cancelled it while it waited on the queue',
    happens: async (world) => {
      await world.enqueue();
      expect(await cancelAll(world)).toEqual([{ id: 1, jobId: 'c1-a1', result: 'cancelled' }]);
      return world.consume('orca-good');
    },
    endings: {},
    state: 'none',
    attempt: { outcome: 'failed', class: 'cancelled', starts: null, node: null },
    record,
  },
  {
    what: '… while it runs',
    happens: async (world) => {
      await world.enqueue();
      const consumer = world.start('orca-ranks', { announceMs: 50 });
      const ids = await vi.waitFor(() => readIds(world.jobDir), { timeout: 20_000 });
      expect(ids.filter(isAlive)).toEqual(ids);
      expect(await cancelAll(world)).toEqual([{ id: 1, jobId: 'c1-a1', result: 'asked' }]);
      const { endings } = await consumer.report;
      expect(ids.filter(isAlive)).toEqual([]);
      return endings;
    },
    endings: { cancelled: 1 },
    state: 'failed',
    words: /^cancelled: not needed$/,
    attempt: { outcome: 'failed', class: 'cancelled', starts: 1, node: 'node1' },
    record,
  },
  {
    what: '… and ORCA ends before its consumer hears of it',
    happens: async (world) => {
      await world.enqueue();
      const consumer = world.start('orca-waiting', { announceMs: 3_600_000 });
      await consumer.logged('job started');
      expect(await cancelAll(world)).toEqual([{ id: 1, jobId: 'c1-a1', result: 'asked' }]);
      letOrcaEnd(world.jobDir);
      return (await consumer.report).endings;
    },
    endings: { completed: 1 },
    state: 'completed',
    attempt: { outcome: 'completed', class: null, starts: 1 },
    record: completedRecord,
  },
  {
    what: '… and its consumer vanishes',
    happens: async (world) => {
      await world.enqueue();
      await world.vanish();
      expect(await cancelAll(world)).toEqual([{ id: 1, jobId: 'c1-a1', result: 'cancelled' }]);
      return world.consume('orca-good');
    },
    endings: {},
    state: 'none',
    attempt: { outcome: 'failed', class: 'cancelled' },
    record,
  },
];
