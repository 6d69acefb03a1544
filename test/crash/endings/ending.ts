import type { NewStructure } from '../../../workflow/records/insert-structures.ts';
import type { World } from '../a-world.ts';

export interface Ending {
  /** The first cell of a line of the table in docs/lifecycle.md. */
  what: string;
  structure?: Partial<NewStructure>;
  /** From the record that waits to the job that has ended here. @returns how the consumer's jobs left it */
  happens(world: World): Promise<unknown>;
  endings: unknown;
  state: string;
  /** BullMQ's failedReason. */
  words?: RegExp;
  attempt: object;
  record: object;
}

/** The attempt of a job that is still on its way. */
export const open = { settledAt: null, outcome: null, starts: null };
export const untouched = { status: 'running', fail_count: 0, error_message: null, final_energy: null };
const energy = -626.605298577892;
export const completedRecord = {
  status: 'completed',
  final_energy: energy,
  error_message: null,
  fail_count: 0,
};
