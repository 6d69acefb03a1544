/** How a node serves the lanes of a campaign: which of them fit on it, and what a job of each gets. */
import type { Lanes } from '../../core/config/lane-settings.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import type { PackedNode } from '../../packing/node/node-state.ts';
import { placeJob } from '../../packing/node/place-job.ts';
import { chooseSlotSize, listSlotSizes } from '../cores/choose-slot-size.ts';
import type { Slot } from '../cores/cut-slots.ts';
import type { Core } from '../cores/discover-cores.ts';
import { spreadReserve } from '../cores/reserve-cores.ts';

/** What each job of a lane gets on this node. */
export interface ServedLane {
  lane: string;
  cores: number;
  memoryBytes: number;
}

export interface NodePacking {
  node: PackedNode;
  lanes: ServedLane[];
  /** Left free because someone asked for it; CPU numbers, ascending. */
  reserved: number[];
  /** Lanes that this node cannot serve, and why, in words. */
  notes: string[];
}

export interface PackingRequest {
  lanes: Lanes;
  /** What all jobs together may use. */
  memoryBytes: number;
  reserveCores: number;
  /** These among them; any hardware thread stands for its core. */
  reservedCores: readonly number[];
  /** Slots into which a user has cut the node; null: cores are cut as jobs come. */
  fixedSlots: readonly Slot[] | null;
}

/** @param cores those that this consumer may use */
export function planPacking(cores: readonly Core[], request: PackingRequest): NodePacking {
  const isNamed = ({ threads }: Core): boolean => threads.some((cpu) => request.reservedCores.includes(cpu));
  const named = cores.filter(isNamed);
  const { kept, reserved } = spreadReserve(
    cores.filter((core) => !isNamed(core)),
    Math.max(0, request.reserveCores - named.length),
  );
  const inSlots = request.fixedSlots?.flatMap((slot) => slot.cores);
  const used = inSlots === undefined ? kept : cores.filter(({ cpu }) => inSlots.includes(cpu));
  const node: PackedNode = {
    cores: used.map(({ cpu, numaNode, l3 }) => ({ cpu, numaNode, l3 })),
    memoryBytes: request.memoryBytes,
    fixedSlots: request.fixedSlots?.map((slot) => slot.cores) ?? null,
  };
  const all = [
    ...Object.entries(request.lanes).map(([lane, settings]) => serve(node, { lane, ...settings })),
    // Jobs that were queued before there were lanes, in slots of the usual size.
    serve(node, { lane: defaultLane, cores: usualCores(node, used), memory: null }),
  ];
  return {
    node,
    lanes: all.flatMap(({ served }) => (served === null ? [] : [served])),
    reserved: [...named, ...reserved].map(({ cpu }) => cpu).toSorted((a, b) => a - b),
    notes: all.flatMap(({ note }) => (note === null ? [] : [note])),
  };
}

function usualCores({ fixedSlots }: PackedNode, cores: readonly Core[]): number {
  const [slot] = fixedSlots ?? [];
  if (slot !== undefined) return slot.length;
  return chooseSlotSize(listSlotSizes(cores), (size) => size * Math.floor(cores.length / size));
}

function serve(
  node: PackedNode,
  { lane, cores, memory }: { lane: string; cores: number; memory: number | null },
): { served: ServedLane | null; note: string | null } {
  const free = new Set(node.cores.map(({ cpu }) => cpu));
  const place = placeJob(node, free, cores);
  if (place === undefined) {
    const most = Math.max(0, ...(node.fixedSlots ?? [[...free]]).map((cpus) => cpus.length));
    const where = node.fixedSlots === null ? 'this node has' : 'its largest slot has';
    return { served: null, note: `lane ${lane} needs ${cores} cores, and ${where} ${most}` };
  }
  // A job in a fixed slot gets the slot whole.
  const share = node.fixedSlots === null ? place.cpus.length / node.cores.length : 1 / node.fixedSlots.length;
  const memoryBytes = memory ?? Math.floor(node.memoryBytes * share);
  const most = node.fixedSlots === null ? node.memoryBytes : Math.floor(node.memoryBytes * share);
  if (memoryBytes > most) {
    return { served: null, note: `lane ${lane} needs ${gb(memoryBytes)}, and jobs may use ${gb(most)} here` };
  }
  return { served: { lane, cores, memoryBytes }, note: null };
}

function gb(bytes: number): string {
  return `${Math.floor(bytes / 1e9)} GB`;
}

/** So many jobs of the smallest lane fit on the node at once: what others reckon with as slots. */
export function countSmallest({ node, lanes }: NodePacking): number {
  if (node.fixedSlots !== null) return node.fixedSlots.length;
  const smallest = Math.min(...lanes.map(({ cores }) => cores));
  return Math.max(1, Math.floor(node.cores.length / smallest));
}
