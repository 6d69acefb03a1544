/** Which cores a job that does not fit will get, and when, if running jobs end as expected. */
import type { LaneHead, NodeState, PackedJob, Reservation } from './node-state.ts';
import { placeJob } from './place-job.ts';

/** What nothing runs on. */
export interface Room {
  cpus: Set<number>;
  memoryBytes: number;
}

/** Cores and memory that no running job has. */
export function roomOf({ node, running }: Pick<NodeState, 'node' | 'running'>): Room {
  const cpus = new Set(node.cores.map(({ cpu }) => cpu));
  let memoryBytes = node.memoryBytes;
  for (const job of running) {
    for (const cpu of job.cpus) cpus.delete(cpu);
    memoryBytes -= job.memoryBytes;
  }
  return { cpus, memoryBytes };
}

/** When it has ended in all likelihood; Infinity: nobody knows. A job that has outrun its expectation is unknown, too. */
function endOf({ startedAt, expected }: PackedJob, now: number): number {
  if (expected === undefined) return Infinity;
  const end = startedAt + expected.upper;
  return end > now ? end : Infinity;
}

/**
 * Ends running jobs one by one, the first to end first, until the job fits. Of those whose end nobody knows the longest running is taken to end first,
 * so that the same cores are chosen again and again.
 * @returns undefined when it would not fit on an empty node
 */
export function planReservation(
  state: NodeState,
  head: Pick<LaneHead, 'lane' | 'cores' | 'memoryBytes'>,
): Reservation | undefined {
  const { node, now } = state;
  const room = roomOf(state);
  const inOrder = state.running.toSorted(
    (a, b) =>
      compare(endOf(a, now), endOf(b, now)) ||
      a.startedAt - b.startedAt ||
      (a.cpus[0] ?? 0) - (b.cpus[0] ?? 0),
  );
  let startsBy = now;
  for (const job of [undefined, ...inOrder]) {
    if (job) {
      for (const cpu of job.cpus) room.cpus.add(cpu);
      room.memoryBytes += job.memoryBytes;
      startsBy = Math.max(startsBy, endOf(job, now));
    }
    if (room.memoryBytes < head.memoryBytes) continue;
    const placed = placeJob(node, room.cpus, head.cores);
    if (placed)
      return {
        lane: head.lane,
        cores: head.cores,
        memoryBytes: head.memoryBytes,
        cpus: placed.cpus,
        startsBy: Number.isFinite(startsBy) ? startsBy : null,
      };
  }
  return undefined;
}

/** Two unknown ends are equal: Infinity minus Infinity is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
