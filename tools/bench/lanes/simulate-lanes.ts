// Many nodes that are packed by the consumer's own packer, in simulated time: what a mix of sizes costs at best and as it is.
import { decideStart } from '../../../packing/node/decide-start.ts';
import type { PackedJob, PackedNode, Reservation } from '../../../packing/node/node-state.ts';

export interface SizedJob {
  lane: string;
  cores: number;
  seconds: number;
  /** null: nobody knows. */
  predicted: { median: number; upper: number } | null;
}

export interface LaneRun {
  makespanSeconds: number;
  /** Busy cores while any job waits, 0 to 1. */
  useWhileWaiting: number;
}

interface SimulatedNode {
  node: PackedNode;
  running: (PackedJob & { endsAt: number })[];
  reservation: Reservation | null;
  since: Map<string, number>;
}

/** Jobs start in the order of their lane. @throws Error when some never start */
export function simulateLanes(
  jobs: readonly SizedJob[],
  nodes: readonly PackedNode[],
  patienceSeconds: number,
): LaneRun {
  const lanes = new Map<string, SizedJob[]>();
  for (const job of jobs) lanes.set(job.lane, [...(lanes.get(job.lane) ?? []), job]);
  const world = nodes.map((node): SimulatedNode => ({
    node,
    running: [],
    reservation: null,
    since: new Map(),
  }));
  const all = nodes.reduce((sum, { cores }) => sum + cores.length, 0);
  let now = 0;
  let idle = 0;
  let offered = 0;
  for (;;) {
    while (world.map((one) => startOne(one, lanes, now, patienceSeconds)).includes(true));
    const next = Math.min(...world.flatMap(({ running }) => running.map(({ endsAt }) => endsAt)));
    const isWaiting = [...lanes.values()].some((waiting) => waiting.length > 0);
    if (!Number.isFinite(next)) {
      if (isWaiting) throw new Error('jobs wait, and nothing runs');
      return { makespanSeconds: now, useWhileWaiting: offered === 0 ? 1 : 1 - idle / offered };
    }
    if (isWaiting) {
      const busy = world.flatMap(({ running }) => running.flatMap(({ cpus }) => cpus)).length;
      offered += (next - now) * all;
      idle += (next - now) * (all - busy);
    }
    now = next;
    for (const one of world) one.running = one.running.filter(({ endsAt }) => endsAt > now);
  }
}

function startOne(
  one: SimulatedNode,
  lanes: Map<string, SizedJob[]>,
  now: number,
  patienceSeconds: number,
): boolean {
  const heads = [...lanes].flatMap(([lane, [job]]) =>
    job === undefined
      ? []
      : [
          {
            lane,
            cores: job.cores,
            memoryBytes: 0,
            expected: job.predicted ?? undefined,
            weight: 1,
            waitingSince: one.since.get(lane) ?? 0,
          },
        ],
  );
  const { start, reservation } = decideStart({ ...one, now }, heads, { patienceSeconds });
  one.reservation = reservation;
  const job = start === null ? undefined : lanes.get(start.lane)?.shift();
  if (start === null || job === undefined) return false;
  one.since.set(start.lane, now);
  one.running.push({
    lane: start.lane,
    cpus: start.cpus,
    memoryBytes: 0,
    startedAt: now,
    expected: job.predicted ?? undefined,
    endsAt: now + job.seconds,
  });
  return true;
}
