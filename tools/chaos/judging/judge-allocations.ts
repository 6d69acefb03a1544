export interface AllocationRow {
  id: number;
  /** null: it was never submitted. */
  allocationId: string | null;
  state: string;
}

/**
 * What the database says of allocations against what the scheduler has.
 * @param newest the scheduler numbers jobs from 1, and got them from nobody else: the number of allocations that there ever were
 * @param nodes the most that were held at once, and how many may be
 * @returns a sentence for each fault
 */
export function judgeAllocations(
  rows: readonly AllocationRow[],
  newest: number,
  nodes: { most: number; allowed: number },
): string[] {
  const ids = rows.map(({ allocationId }) => allocationId).filter((id) => id !== null);
  const known = new Set(ids);
  const faults: string[] = [];
  for (let id = 1; id <= newest; id++)
    if (!known.has(String(id))) faults.push(`allocation ${id} is unknown to the database`);
  for (const id of known) {
    if (ids.filter((one) => one === id).length > 1) faults.push(`allocation ${id} has two rows`);
    if (!(Number(id) >= 1 && Number(id) <= newest))
      faults.push(`allocation ${id} is unknown to the scheduler`);
  }
  for (const { id, allocationId, state } of rows)
    if (state !== 'ended') faults.push(`row ${id} (allocation ${allocationId ?? 'none'}) is still ${state}`);
  if (nodes.most > nodes.allowed)
    faults.push(`${nodes.most} nodes were held at once, ${nodes.allowed} may be`);
  return faults;
}
