import { z } from 'zod';

const count = z.int().nonnegative().catch(0);
const text = z.string().nullable().catch(null);

/**
 * What a job carries of its past in BullMQ's progress field, where the board shows it: what BullMQ does not count
 * itself. Its own counters tell how often it was taken (`ats`) and how often its consumer vanished (`stc`).
 */
const jobHistorySchema = z.object({
  /** Faults of ours that it met. */
  faults: count,
  /** Runs that a drain, a preemption, a cancelled allocation or the end of a walltime cut short. */
  handedBack: count,
  /** Of these, runs that the end of a walltime cut short: only they say that the job is too long. */
  outOfTime: count,
  /** The start (BullMQ's `ats`) that wrote this note. */
  start: count,
  /** Where that was. */
  node: text,
  /** When; ISO 8601 UTC. */
  at: text,
  lastFault: text,
});

export type JobHistory = z.infer<typeof jobHistorySchema>;

/** Who writes a note, and when. */
export type NoteSource = { node: string; start: number; now: Date };

/** Never throws: whatever else stands there counts as no history. */
export function parseHistory(progress: unknown): JobHistory {
  return jobHistorySchema.safeParse(progress).data ?? jobHistorySchema.parse({});
}

/** It was taken by this node: should the node vanish, the next one can name it. */
export function noteStart(history: JobHistory, { node, start, now }: NoteSource): JobHistory {
  return { ...history, node, start, at: now.toISOString() };
}

export function noteFault(history: JobHistory, reason: string, source: NoteSource): JobHistory {
  return { ...noteStart(history, source), faults: history.faults + 1, lastFault: reason };
}

/** @param isOutOfTime the end of the walltime cut the run short */
export function noteHandBack(history: JobHistory, source: NoteSource, isOutOfTime: boolean): JobHistory {
  const { handedBack, outOfTime } = history;
  return {
    ...noteStart(history, source),
    handedBack: handedBack + 1,
    outOfTime: outOfTime + (isOutOfTime ? 1 : 0),
  };
}
