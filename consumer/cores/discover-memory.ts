import { totalmem } from 'node:os';
import { join } from 'node:path';
import { discoverLimits } from './discover-limits.ts';
import { readText } from '../files/read-text.ts';

const megabyte = 1024 ** 2;

/** Memory of the node and what of it this process may use, in MB. */
export interface NodeMemory {
  nodeMb: number;
  /** The limit of a cgroup, when it is below that of the node, and the file that says it. */
  limit: { mb: number; file: string } | null;
  /** The smaller of both. */
  usableMb: number;
}

/** @param root where /proc and /sys are found; another directory in tests and for recorded nodes */
export function discoverMemory(root = '/', limit = discoverLimits(root).memory): NodeMemory {
  const nodeBytes = readTotalBytes(root) ?? totalmem();
  const nodeMb = Math.floor(nodeBytes / megabyte);
  if (limit === null || limit.bytes >= nodeBytes) return { nodeMb, limit: null, usableMb: nodeMb };
  const mb = Math.floor(limit.bytes / megabyte);
  return { nodeMb, limit: { mb, file: limit.file }, usableMb: mb };
}

/** Without /proc (macOS) undefined. */
function readTotalBytes(root: string): number | undefined {
  const kilobytes = /^MemTotal:\s+(\d+) kB/m.exec(readText(join(root, 'proc/meminfo')) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * `%maxcore` in MB per MPI rank: 0.75 of the slot's memory divided by its ranks, because ORCA may exceed
 * maxcore. Slots share the usable memory evenly, so fewer slots on a node mean more memory for each.
 * Source of the 0.75: ORCA manual 6, "nprocs × maxcore ≤ 0.75 × memory".
 * @param node.share usable part of the node's memory, 0 to 1
 */
export function planMaxCoreMb(
  node: { memoryMb: number; share: number; slotCount: number },
  ranks: number,
): number {
  return Math.max(1, Math.floor((0.75 * node.memoryMb * node.share) / node.slotCount / ranks));
}
