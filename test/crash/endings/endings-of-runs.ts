import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { enqueue } from '../../../producer/enqueue.ts';
import { aSelection } from '../../producer/a-campaign.ts';
import { stateOf } from '../a-world.ts';
import { completedRecord, type Ending, open, untouched } from './ending.ts';
import { createWalltime } from '../../../scheduler/walltime.ts';

/** Whatever runs here meets a fault of ours: a file stands where the attempt's directory should be. */
const spoil = (jobDir: string): void => {
  mkdirSync(jobDir, { recursive: true });
  writeFileSync(join(jobDir, 'attempt-1'), '');
};

/** The lines of the table that tell what became of a run. */
export const endingsOfRuns: Ending[] = [
  {
    what: 'ORCA ended normally and did what was asked',
    happens: async (world) => {
      world.node.workflow.db.exec(`update structures set error_message = 'an old error'`);
      await world.enqueue();
      return world.consume('orca-good');
    },
    endings: { completed: 1 },
    state: 'completed',
    attempt: {
      outcome: 'completed',
      class: null,
      node: 'node1',
      starts: 1,
      lost: 0,
      handedBack: 0,
      faults: 0,
    },
    record: completedRecord,
  },
  {
    what: 'ORCA said no (SCF, geometry, memory, input…)',
    happens: async (world) => {
      await world.enqueue();
      return world.consume('orca-failing');
    },
    endings: { failed: 1 },
    state: 'failed',
    words: /^scf_not_converged: .*NOT CONVERGED/,
    attempt: { outcome: 'failed', class: 'scf_not_converged', node: 'node1', starts: 1 },
    record: { status: 'failed', error_message: expect.stringContaining('NOT CONVERGED'), fail_count: 1 },
  },
  {
    what: "the job's own time limit",
    happens: async (world) => {
      await world.enqueue();
      return world.consume('orca-ranks', { longestJobSeconds: 1 });
    },
    endings: { timed_out: 1 },
    state: 'failed',
    words: /^timed_out: Job exceeded 1s timeout$/,
    attempt: { outcome: 'timed_out', class: null, node: 'node1', starts: 1 },
    record: { status: 'timeout', error_message: 'Job exceeded 1s timeout', fail_count: 0 },
  },
  {
    what: 'interrupted: drain, walltime, scancel, Ctrl+C',
    happens: async (world) => {
      await world.enqueue();
      return world.interrupt();
    },
    endings: { handed_back: 1 },
    state: 'waiting',
    attempt: open,
    record: untouched,
  },
  {
    what: '… by the end of a walltime for the fifth time (`--crash-limit`)',
    happens: async (world) => {
      await world.enqueue();
      await world.interrupt({ crashLimit: 2 });
      return world.interrupt({ crashLimit: 2 });
    },
    endings: { refused: 1 },
    state: 'failed',
    words: /^interrupted: cut short 2 times by the end of a walltime, last on node1 after /,
    attempt: { outcome: 'failed', class: 'interrupted', node: null, starts: 2, handedBack: 2 },
    record: {
      status: 'failed',
      error_message: expect.stringMatching(/^cut short 2 times .* needs a longer walltime/),
      fail_count: 0,
    },
  },
  {
    what: 'it would not end before the walltime',
    happens: async (world) => {
      const batch = { ...world.node.batch, timeRequestSeconds: 3600 };
      await enqueue(world.node.workflow, world.node.queue, aSelection(), batch);
      return world.consume('orca-good', {
        crashLimit: 1,
        walltime: createWalltime(new Date(Date.now() + 600_000)),
        tooLateDelayMs: 500,
      });
    },
    endings: { too_late: 2 },
    state: 'delayed',
    attempt: open,
    record: untouched,
  },
  {
    what: 'fault of ours: disk full, ORCA or a library missing, defect',
    happens: async (world) => {
      await world.enqueue();
      spoil(world.jobDir);
      // With a delayed job BullMQ blocks longer than the idle timeout.
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
    what: '… met for the fifth time (`--crash-limit`)',
    happens: async (world) => {
      await world.enqueue();
      spoil(world.jobDir);
      return world.consume('orca-good', { crashLimit: 2, idleTimeoutSeconds: 2 });
    },
    endings: { fault: 1, refused: 1 },
    state: 'failed',
    words: /^fault: .*attempt-1.* \(met 2 times, last on node1\)$/,
    attempt: { outcome: 'failed', class: 'fault', node: null, starts: 2, faults: 2 },
    record: { status: 'failed', error_message: expect.stringMatching(/^fault: /), fail_count: 0 },
  },
];
