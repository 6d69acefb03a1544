/** The packer: which lane starts a job now and on which cores, and which cores are kept for a job that does not fit yet. */
import type { LaneHead, NodeState, Placement, Reservation } from './node-state.ts';
import { placeJob } from './place-job.ts';
import { planReservation, type Room, roomOf } from './reserve-cores.ts';

export interface PackOptions {
  /** A job that does not fit is passed over for so long before cores are kept for it, seconds. */
  patienceSeconds: number;
}

/** `never`: not even the empty node has room; `memory`, `cores`: not now; `reserved`: it would delay the job that cores are kept for. */
type WhyNot = 'never' | 'memory' | 'cores' | 'reserved';

export interface PackDecision {
  /** null: nothing can start now. */
  start: ({ lane: string } & Placement) | null;
  /** To be handed in again with the next state. */
  reservation: Reservation | null;
  /** Why the others did not start. */
  waiting: { lane: string; why: WhyNot }[];
}

/**
 * Pure, and the same for the same state. One start at a time: the caller adds the job to `running` and asks again.
 * The lane that uses the least of the node for its weight goes first, of equals the one that has waited longest, then the widest. One whose job does
 * not fit is passed over; after the patience it gets a reservation, and others use the reserved cores only when they end in time.
 * Since the reserved cores are chosen once and get free when what runs on them ends, no lane waits for ever.
 */
export function decideStart(
  state: NodeState,
  heads: readonly LaneHead[],
  options: PackOptions,
): PackDecision {
  const room = roomOf(state);
  const inOrder = orderHeads(state, heads);
  const waiting: PackDecision['waiting'] = [];
  let reservation = keepReservation(state, heads);
  const decide = (start: PackDecision['start']): PackDecision => ({ start, reservation, waiting });

  const owner = inOrder.find(({ lane }) => lane === reservation?.lane);
  if (owner && reservation) {
    const placed = fit(state, room, owner);
    if (placed) {
      reservation = null;
      return decide({ lane: owner.lane, ...placed });
    }
  }
  for (const head of inOrder) {
    if (head.lane === reservation?.lane) {
      waiting.push({ lane: head.lane, why: whyNot(state, room, head) });
      continue;
    }
    const placed = fitBeside(state, room, head, reservation);
    if (placed) return decide({ lane: head.lane, ...placed });
    const why = fit(state, room, head) ? 'reserved' : whyNot(state, room, head);
    waiting.push({ lane: head.lane, why });
    const hasWaited = state.now - head.waitingSince >= options.patienceSeconds;
    if (reservation === null && why !== 'never' && hasWaited)
      reservation = planReservation(state, head) ?? null;
  }
  return decide(null);
}

/** The lanes in the order in which they may start. */
function orderHeads(
  { running }: Pick<NodeState, 'running'>,
  heads: readonly LaneHead[],
): readonly LaneHead[] {
  const used = new Map<string, number>();
  for (const { lane, cpus } of running) used.set(lane, (used.get(lane) ?? 0) + cpus.length);
  const share = ({ lane, weight }: LaneHead): number => (used.get(lane) ?? 0) / Math.max(weight, 1e-9);
  return heads.toSorted(
    (a, b) =>
      share(a) - share(b) ||
      a.waitingSince - b.waitingSince ||
      b.cores - a.cores ||
      (a.lane < b.lane ? -1 : 1),
  );
}

function fit({ node }: NodeState, room: Room, head: LaneHead): Placement | undefined {
  return head.memoryBytes > room.memoryBytes ? undefined : placeJob(node, room.cpus, head.cores);
}

/** Fits outside the reserved cores, or ends before they are needed. */
function fitBeside(
  state: NodeState,
  room: Room,
  head: LaneHead,
  reservation: Reservation | null,
): Placement | undefined {
  if (reservation === null) return fit(state, room, head);
  const { startsBy } = reservation;
  if (startsBy !== null && head.expected !== undefined && state.now + head.expected.upper <= startsBy)
    return fit(state, room, head);
  const cpus = new Set([...room.cpus].filter((cpu) => !reservation.cpus.includes(cpu)));
  // Memory is kept as cores are: what others may use is the rest of the node.
  const others = state.running.filter((job) => !job.cpus.some((cpu) => reservation.cpus.includes(cpu)));
  const left =
    state.node.memoryBytes -
    reservation.memoryBytes -
    others.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return fit(state, { cpus, memoryBytes: Math.min(room.memoryBytes, left) }, head);
}

/** The reservation of before, while its lane still has such a job waiting. */
function keepReservation({ reservation, node }: NodeState, heads: readonly LaneHead[]): Reservation | null {
  if (reservation === null) return null;
  const isWanted = heads.some(
    ({ lane, cores, memoryBytes }) =>
      lane === reservation.lane && cores === reservation.cores && memoryBytes === reservation.memoryBytes,
  );
  const known = new Set(node.cores.map(({ cpu }) => cpu));
  return isWanted && reservation.cpus.every((cpu) => known.has(cpu)) ? reservation : null;
}

function whyNot(state: NodeState, room: Room, head: LaneHead): WhyNot {
  const empty = roomOf({ node: state.node, running: [] });
  if (!fit(state, empty, head)) return 'never';
  return head.memoryBytes > room.memoryBytes ? 'memory' : 'cores';
}
