/** What would happen: jobs on nodes with a walltime, event by event, started by the packer that consumers use. */
import { decideStart } from '../node/decide-start.ts';
import type { Expected, LaneHead, NodeState, PackedJob } from '../node/node-state.ts';

export interface SimulatedJob {
  lane: string;
  cores: number;
  /** What it takes in this world; the packer only sees what is expected. */
  seconds: number;
  /** null: nobody knows. */
  expected: Expected | null;
}

export interface SimulatedNodes {
  count: number;
  coresPerNode: number;
  /** Each is held for so long, given back when nothing fits any more, and followed by another one as long as work waits. */
  walltimeSeconds: number;
}

/** Times in seconds. */
export interface Simulated {
  /** When the last job ended. */
  done: number;
  /** Nodes times the time that they were held. */
  nodeSeconds: number;
  /** Cores times the time that they worked for a job that ended. */
  usedCoreSeconds: number;
  /** Cores times the time of runs that the walltime cut; each began from scratch. */
  cutCoreSeconds: number;
  cutRuns: number;
  /** Longer than the walltime: they never end in this plan. */
  tooLong: number;
  allocations: number;
  /** Of the time while jobs waited, the part that the cores of held nodes worked. */
  useWhileWaiting: number;
}

const patienceSeconds = 300;
/** As consumers have it: a node that has just begun takes every job. */
const grantedShare = 0.9;

interface Running extends PackedJob {
  job: SimulatedJob;
  endsAt: number;
}

interface Node {
  heldSince: number;
  until: number;
  running: Running[];
  reservation: NodeState['reservation'];
  waitingSince: Map<string, number>;
}

/** Pure, and deterministic. @param jobs in the order in which they are given out, lane by lane */
export function simulate(jobs: readonly SimulatedJob[], nodes: SimulatedNodes): Simulated {
  const { walltimeSeconds, coresPerNode } = nodes;
  const cores = Array.from({ length: coresPerNode }, (_, cpu) => ({ cpu, numaNode: 0, l3: 0 }));
  const packed = { cores, memoryBytes: 1, fixedSlots: null };
  const waiting = sortIntoLanes(
    jobs.filter(({ seconds, cores: wide }) => seconds < walltimeSeconds && wide <= coresPerNode),
  );
  const result: Simulated = {
    done: 0,
    nodeSeconds: 0,
    usedCoreSeconds: 0,
    cutCoreSeconds: 0,
    cutRuns: 0,
    tooLong: jobs.length - [...waiting.values()].reduce((sum, lane) => sum + lane.length, 0),
    allocations: 0,
    useWhileWaiting: 1,
  };
  let busyWhileWaiting = 0;
  let heldWhileWaiting = 0;
  const held: Node[] = [];
  const isWaiting = (): boolean => [...waiting.values()].some((lane) => lane.length > 0);
  const begin = (now: number): void => {
    result.allocations += 1;
    held.push({
      heldSince: now,
      until: now + walltimeSeconds,
      running: [],
      reservation: null,
      waitingSince: new Map(),
    });
  };
  const fill = (node: Node, now: number): void => {
    for (;;) {
      const heads = headsFor(node, waiting, now);
      if (heads.size === 0) return;
      const decision = decideStart(
        { node: packed, running: node.running, reservation: node.reservation, now },
        [...heads.values()].map(({ head }) => head),
        { patienceSeconds },
      );
      node.reservation = decision.reservation;
      const taken = decision.start === null ? undefined : heads.get(decision.start.lane);
      if (decision.start === null || taken === undefined) return;
      const { lane, cpus } = decision.start;
      const [job] = waiting.get(lane)?.splice(taken.place, 1) ?? [];
      if (job === undefined) return;
      node.waitingSince.set(lane, now);
      const endsAt = Math.min(now + job.seconds, node.until);
      node.running.push({
        lane,
        cpus,
        memoryBytes: 0,
        startedAt: now,
        expected: job.expected ?? undefined,
        job,
        endsAt,
      });
    }
  };
  let now = 0;
  for (let index = 0; index < nodes.count && isWaiting(); index += 1) begin(0);
  for (const node of held) fill(node, 0);
  while (held.length > 0) {
    // Nodes on which nothing runs and nothing fits are given back, and others come as long as work waits.
    for (const node of held.filter(({ running }) => running.length === 0)) {
      held.splice(held.indexOf(node), 1);
      result.nodeSeconds += now - node.heldSince;
      if (!isWaiting()) continue;
      begin(now);
      const fresh = held.at(-1);
      if (fresh) fill(fresh, now);
    }
    const next = Math.min(...held.flatMap(({ running }) => running.map(({ endsAt }) => endsAt)));
    if (next === Infinity) break;
    if (isWaiting()) {
      heldWhileWaiting += (next - now) * held.length * coresPerNode;
      for (const { running } of held)
        for (const { cpus } of running) busyWhileWaiting += (next - now) * cpus.length;
    }
    now = next;
    for (const node of held) {
      const ended = node.running.filter(({ endsAt }) => endsAt <= now);
      if (ended.length === 0) continue;
      node.running = node.running.filter(({ endsAt }) => endsAt > now);
      for (const run of ended) settle(run, now, waiting, result);
      fill(node, now);
    }
  }
  if (heldWhileWaiting > 0) result.useWhileWaiting = busyWhileWaiting / heldWhileWaiting;
  return result;
}

function settle(
  { job, startedAt, cpus }: Running,
  now: number,
  waiting: Map<string, SimulatedJob[]>,
  result: Simulated,
): void {
  const coreSeconds = (now - startedAt) * cpus.length;
  if (now - startedAt >= job.seconds - 1e-6) {
    result.done = now;
    result.usedCoreSeconds += coreSeconds;
    return;
  }
  result.cutRuns += 1;
  result.cutCoreSeconds += coreSeconds;
  // It waits again at the head, and now it is known to take longer than it has run.
  const upper = Math.max(job.expected?.upper ?? 0, now - startedAt);
  const expected = { median: job.expected?.median ?? upper, upper };
  waiting.get(job.lane)?.unshift({ ...job, expected });
}

function sortIntoLanes(jobs: readonly SimulatedJob[]): Map<string, SimulatedJob[]> {
  const lanes = new Map<string, SimulatedJob[]>();
  for (const job of jobs) {
    const lane = lanes.get(job.lane);
    if (lane) lane.push(job);
    else lanes.set(job.lane, [job]);
  }
  return lanes;
}

/** Of each lane the first job that ends before the walltime does, as far as anybody knows. */
function headsFor(
  node: Node,
  waiting: ReadonlyMap<string, readonly SimulatedJob[]>,
  now: number,
): Map<string, { place: number; head: LaneHead }> {
  const heads = new Map<string, { place: number; head: LaneHead }>();
  const left = node.until - now;
  const most = grantedShare * (node.until - node.heldSince);
  for (const [lane, jobs] of waiting) {
    const place = jobs.findIndex(({ expected }) => left > Math.min(expected?.upper ?? 0, most));
    const job = jobs[place];
    if (job === undefined) continue;
    const waitingSince = node.waitingSince.get(lane) ?? node.heldSince;
    const { cores, expected } = job;
    heads.set(lane, {
      place,
      head: { lane, cores, memoryBytes: 0, expected: expected ?? undefined, waitingSince, weight: 1 },
    });
  }
  return heads;
}
