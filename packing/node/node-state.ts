/** What the packer knows of one node at one moment. Times are seconds of any one clock, memory is bytes. */

/** One physical core. */
export interface PackedCore {
  cpu: number;
  numaNode: number;
  /** Cores with the same number share an L3 cache. */
  l3: number;
}

/** A node that is packed. */
export interface PackedNode {
  cores: readonly PackedCore[];
  /** What all jobs together may use. */
  memoryBytes: number;
  /** Sets of CPU numbers into which a user has cut the node: a job gets one of them whole. null: cores are cut as jobs come. */
  fixedSlots: readonly (readonly number[])[] | null;
}

/** How long a job is expected to run, seconds. */
export interface Expected {
  /** Half of such jobs end before. */
  median: number;
  /** A time that such a job rarely exceeds; it decides whether a job fills a gap. */
  upper: number;
}

/** A lane with a job that waits: the one that the queue would give out next. */
export interface LaneHead {
  lane: string;
  cores: number;
  memoryBytes: number;
  /** undefined: nobody knows how long it runs. */
  expected?: Expected | undefined;
  /** Since when this lane has had a job waiting and started none on this node. */
  waitingSince: number;
  /** Its share of the node against that of other lanes with work; lanes with equal weights get equal shares. */
  weight: number;
}

/** A job that runs on the node. */
export interface PackedJob {
  lane: string;
  /** CPU numbers. */
  cpus: readonly number[];
  memoryBytes: number;
  startedAt: number;
  /** From its start; undefined: not known. */
  expected?: Expected | undefined;
}

/** Cores that are kept free for a lane whose job does not fit yet. */
export interface Reservation {
  lane: string;
  cores: number;
  memoryBytes: number;
  /** The CPU numbers it will get. */
  cpus: readonly number[];
  /** Until then jobs that end in time may use them, and never later: it is not moved while the reservation stands. null: nobody knows. */
  startsBy: number | null;
}

export interface NodeState {
  node: PackedNode;
  running: readonly PackedJob[];
  /** The one of the decision before; null: none. */
  reservation: Reservation | null;
  now: number;
}

/** The cores of a job, and the smallest thing of the node that holds them all. */
export interface Placement {
  /** Ascending. */
  cpus: number[];
  inside: 'l3' | 'numaNode' | 'node';
}
