import { createSkipTally, type Skip } from '../../core/waiting/left-out.ts';
import { takeTurns } from '../../core/take-turns.ts';
import { scanWaiting } from '../../workflow/records/list-candidates.ts';
import { loadPriorities } from '../../workflow/steering/load-priorities.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { Selection } from './selection.ts';
import { findTrueSizes } from './true-sizes.ts';

/** What a batch may be made of. */
export interface Candidates {
  /** In the wanted order; those of a higher level before all others. */
  ids: number[];
  /** Those that wait and that the selection or an earlier look leaves out. */
  tally: ReturnType<typeof createSkipTally>;
}

/**
 * Looks through all that waits, in slices: reads an index, and no geometry. Filters come first, so that nothing is planned that the selection
 * leaves out.
 * @param rejected what an earlier look found to be no job, by id
 * @returns undefined when the signal came first
 */
export async function listCandidates(
  workflow: Workflow,
  selection: Omit<Selection, 'batchSize'>,
  rejected: ReadonlyMap<number, Skip> = new Map(),
  signal?: AbortSignal,
): Promise<Candidates | undefined> {
  const turn = takeTurns();
  const hasSizes = selection.minAtoms !== null || selection.maxAtoms !== null;
  const sizes = hasSizes ? await findTrueSizes(workflow, signal) : new Map<number, number | null>();
  if (sizes === undefined) return undefined;
  const tally = createSkipTally();
  const ids: number[] = [];
  const byAtoms = new Map<number, number[]>();
  const isBySize = selection.order !== 'random' && selection.order !== 'id';
  for (const slice of scanWaiting(workflow, selection.ids)) {
    if (signal?.aborted === true) return undefined;
    for (const [recordId, column, failCount] of slice) {
      const counted = sizes.get(recordId);
      const atoms = counted === undefined ? column : counted;
      const skip = findSkip(recordId, atoms, failCount, selection) ?? rejected.get(recordId);
      if (skip !== undefined) tally.note(skip);
      else if (!isBySize) ids.push(recordId);
      else addTo(byAtoms, atoms ?? 0, recordId);
    }
    await turn();
  }
  const ordered = await arrange(
    isBySize ? joinSizes(byAtoms, selection.order !== 'size') : ids,
    selection,
    turn,
  );
  return { ids: await raise(ordered, loadPriorities(workflow), turn), tally };
}

/** What a look at the index tells. A geometry that cannot be read has no size: the plan refuses it. */
function findSkip(
  recordId: number,
  atoms: number | null,
  failCount: number,
  { maxFailCount, minAtoms, maxAtoms }: Omit<Selection, 'batchSize'>,
): Skip | undefined {
  if (maxFailCount !== null && failCount >= maxFailCount)
    return skipCapped(recordId, failCount, maxFailCount);
  const isWithin = atoms === null || (atoms >= (minAtoms ?? 0) && atoms <= (maxAtoms ?? Infinity));
  return isWithin ? undefined : skipSized(recordId, atoms);
}

export function skipCapped(recordId: number, failCount: number, maxFailCount: number): Skip {
  const reason = `it has failed ${failCount} times, and the limit is ${maxFailCount}`;
  return { recordId, cause: 'fail_cap', reason };
}

export function skipSized(recordId: number, atoms: number): Skip {
  return { recordId, cause: 'size', reason: `it has ${atoms} atoms` };
}

function addTo(groups: Map<number, number[]>, key: number, id: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [id]);
  else group.push(id);
}

function joinSizes(byAtoms: ReadonlyMap<number, number[]>, isDescending: boolean): number[] {
  const sizes = [...byAtoms.keys()].toSorted((a, b) => (isDescending ? b - a : a - b));
  return sizes.flatMap((size) => byAtoms.get(size) ?? []);
}

async function arrange(
  ids: number[],
  { order, arrange: byTime }: Omit<Selection, 'batchSize'>,
  turn: ReturnType<typeof takeTurns>,
): Promise<number[]> {
  if (order === 'longest' && byTime !== undefined) return byTime(ids);
  if (order === 'random') await shuffle(ids, turn);
  return ids;
}

/** Work between two looks at the clock. */
const stretch = 5000;

/** Fisher–Yates, in place. */
async function shuffle(ids: number[], turn: ReturnType<typeof takeTurns>): Promise<void> {
  for (let last = ids.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(Math.random() * (last + 1));
    const value = ids[last];
    const picked = ids[pick];
    if (value === undefined || picked === undefined) return;
    ids[last] = picked;
    ids[pick] = value;
    if (last % stretch === 0) await turn();
  }
}

/** Those of a level above 0 come first, those below last; the order among equals stays. */
async function raise(
  ids: number[],
  levels: ReadonlyMap<number, number>,
  turn: ReturnType<typeof takeTurns>,
): Promise<number[]> {
  if (levels.size === 0) return ids;
  const byLevel = new Map<number, number[]>();
  for (const [index, id] of ids.entries()) {
    addTo(byLevel, levels.get(id) ?? 0, id);
    if (index % stretch === 0) await turn();
  }
  return [...byLevel.keys()].toSorted((a, b) => b - a).flatMap((level) => byLevel.get(level) ?? []);
}
