import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { parsePayload } from '../../../core/job/payload.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { auditQueue } from '../../../producer/audit/audit-queue.ts';
import { letOrcaEnd } from '../../consumer/start-consumer.ts';
import { stateOf } from '../a-world.ts';
import { completedRecord, type Ending, open, untouched } from './ending.ts';

const mark = (jobDir: string): void => {
  mkdirSync(jobDir, { recursive: true });
  writeFileSync(join(jobDir, '.do_not_rerun.json'), '{"failure_reason":"hopeless"}');
};
const markerReason = 'Blocked by .do_not_rerun.json marker: hopeless';
const blocked = { status: 'failed', error_message: markerReason, fail_count: 0 };

/** The lines that tell of jobs that were refused, blocked or lost. */
export const endingsAroundRuns: Ending[] = [
  {
    what: 'payload unknown, of another campaign, or outside the job root',
    happens: async (world) => {
      await world.enqueue();
      const job = await world.node.queue.getJob('c1-a1');
      await job?.updateData({ ...parsePayload(job.data), v: 0 });
      return world.consume('orca-good');
    },
    endings: { refused: 1 },
    state: 'failed',
    words: /^payload_refused: the payload is invalid/,
    attempt: { outcome: 'failed', class: 'payload_refused', node: null, starts: 1 },
    record: {
      status: 'failed',
      error_message: expect.stringContaining('the payload is invalid'),
      fail_count: 0,
    },
  },
  {
    what: 'payload of a newer oact, or a path that does not fit this node',
    happens: async (world) => {
      await world.enqueue();
      const job = await world.node.queue.getJob('c1-a1');
      await job?.updateData({ ...parsePayload(job.data), v: 1, jobDir: '/auto/elsewhere/job_1' });
      const consumer = world.start('orca-good', { faultDelayMs: 600_000, idleTimeoutSeconds: null });
      await vi.waitFor(async () => expect(await stateOf(world.node)).toBe('delayed'), { timeout: 20_000 });
      consumer.drain.abort();
      return (await consumer.report).endings;
    },
    endings: { fault: 1 },
    state: 'delayed',
    attempt: open,
    record: untouched,
  },
  {
    what: 'no calculation can be made of the record',
    structure: { geometry: 'U 0 0 0\nXx 0 0 1.7' },
    happens: async (world) => {
      await world.enqueue();
      return world.consume('orca-good');
    },
    endings: {},
    state: 'none',
    attempt: { outcome: 'failed', class: 'input_structure', node: null, starts: null },
    record: { status: 'failed', error_message: expect.stringContaining('Xx'), fail_count: 0 },
  },
  {
    what: 'marker `.do_not_rerun.json` in its directory',
    happens: async (world) => {
      mark(world.jobDir);
      await world.enqueue();
      return world.consume('orca-good');
    },
    endings: {},
    state: 'none',
    attempt: { outcome: 'failed', class: 'blocked', starts: null },
    record: blocked,
  },
  {
    what: '… that appeared while the job waited',
    happens: async (world) => {
      await world.enqueue();
      mark(world.jobDir);
      return world.consume('orca-good');
    },
    endings: { refused: 1 },
    state: 'failed',
    words: /^blocked: Blocked by /,
    attempt: { outcome: 'failed', class: 'blocked', node: null, starts: 1 },
    record: blocked,
  },
  {
    what: '… that appears while ORCA runs',
    happens: async (world) => {
      await world.enqueue();
      const consumer = world.start('orca-waiting');
      await consumer.logged('job started');
      mark(world.jobDir);
      letOrcaEnd(world.jobDir);
      return (await consumer.report).endings;
    },
    endings: { completed: 1 },
    state: 'completed',
    attempt: { outcome: 'completed', node: 'node1' },
    record: completedRecord,
  },
  {
    what: 'consumer or node vanished',
    happens: async (world) => {
      await world.enqueue();
      await world.vanish();
      return 'vanished';
    },
    endings: 'vanished',
    state: 'waiting',
    attempt: open,
    record: untouched,
  },
  {
    what: '… with this job for the fifth time (`--crash-limit`)',
    happens: async (world) => {
      await world.enqueue();
      await world.vanish();
      await world.vanish();
      return world.consume('orca-good', { crashLimit: 2 });
    },
    endings: { refused: 1 },
    state: 'failed',
    words: /^lost: lost 2 times: its node or consumer vanished/,
    attempt: { outcome: 'failed', class: 'lost', node: null, starts: 3, lost: 2 },
    record: { status: 'failed', error_message: expect.stringMatching(/^lost 2 times: /), fail_count: 1 },
  },
  {
    what: 'lock lost while ORCA runs',
    happens: async (world) => {
      await world.enqueue();
      const consumer = world.start('orca-ranks', { locks: { lockSeconds: 60, renewSeconds: 0.2 } });
      await consumer.logged('job started');
      await world.node.redis.set(world.key('c1-a1:lock'), 'node2:4712:other', 'PX', 60_000);
      return (await consumer.report).endings;
    },
    endings: { fenced: 1 },
    state: 'active',
    attempt: open,
    record: untouched,
  },
  {
    what: 'Redis lost everything',
    happens: async ({ node, ...world }) => {
      await world.enqueue();
      const keys = await node.redis.keys(`${queuePrefix(node.workflow.campaignId)}*`);
      await node.redis.del(...keys);
      expect(await stateOf(node)).toBe('none');
      const audit = await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
      expect(audit).toMatchObject({ readded: 1 });
      return 'lost and added again';
    },
    endings: 'lost and added again',
    state: 'waiting',
    attempt: open,
    record: untouched,
  },
];
