import { takeTurns } from '../../core/take-turns.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { countNext, keepSizes, loadSizes } from '../../workflow/records/sizes.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** Slices that are written in one transaction: a sync of the disk for each would take longer than the counting. */
const keptAfter = 50;

/**
 * The true number of atoms of records whose column `natoms` says another one: existing databases are wrong for blank comment lines. null: the
 * geometry cannot be read. Records that oact imported are true; others are counted once, in slices, and the database keeps what was found.
 * @returns undefined when the signal came first
 */
export async function findTrueSizes(
  workflow: Workflow,
  signal?: AbortSignal,
): Promise<Map<number, number | null> | undefined> {
  const turn = takeTurns();
  const { sizes, countedTo } = loadSizes(workflow);
  let after = countedTo;
  for (let found: [number, number | null][] = [], slices = 1; ; slices += 1) {
    if (signal?.aborted === true) return undefined;
    const slice = countNext(workflow, after, countAtoms);
    if (slice !== undefined) {
      for (const one of slice.found) sizes.set(...one);
      found.push(...slice.found);
      after = slice.countedTo;
    }
    if (after > countedTo && (slice === undefined || slices % keptAfter === 0)) {
      keepSizes(workflow, found, after);
      found = [];
    }
    if (slice === undefined) return sizes;
    await turn();
  }
}

function countAtoms(geometry: string): number | null {
  try {
    return parseGeometry(geometry).length;
  } catch {
    return null;
  }
}
