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
