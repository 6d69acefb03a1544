import type { Atom } from '../../core/job/calculation.ts';
import { messageOf, OactError } from '../../core/errors.ts';
import type { BoardChemistry } from '../server/board-ports.ts';
import { findRunDir, runFiles } from './find-run-dir.ts';
import { readRunText } from './read-run-text.ts';

/** A geometry and where it is from. */
export interface FoundGeometry {
  atoms: Atom[];
  /** In words, e.g. `final geometry of attempt 2`. */
  origin: string;
}

/** A file of ten thousand atoms has half of this. */
const longestBytes = 2_000_000;

/** The newest geometry of a record: the final one of its run, the last frame of an optimization under way, or the imported one. */
export async function findGeometry(
  chemistry: BoardChemistry,
  jobRoot: string,
  record: { geometry: string; jobDir: string | null; attempt: number },
): Promise<FoundGeometry | { error: string }> {
  let imported: Atom[];
  try {
    imported = chemistry.parseGeometry(record.geometry);
  } catch (error) {
    return { error: error instanceof OactError ? error.message : messageOf(error) };
  }
  const dir = await findRunDir(jobRoot, record.jobDir, record.attempt);
  if (dir === undefined) return { atoms: imported, origin: 'imported geometry' };
  const symbols = imported.map(([symbol]) => symbol);
  const final = await readRunText(jobRoot, dir, runFiles.geometry, longestBytes);
  const trajectory = await readRunText(
    jobRoot,
    dir,
    runFiles.trajectory,
    Math.min(longestBytes, chemistry.tailOfTrajectory(symbols.length)),
  );
  const ofAttempt = `of attempt ${record.attempt}`;
  const frame = trajectory === undefined ? undefined : chemistry.readLastFrame(trajectory, symbols);
  // ORCA keeps the file of the final geometry up to date while it optimizes; both say the same then.
  const last = final === undefined ? undefined : chemistry.readLastFrame(`${final.trimEnd()}\n`, symbols);
  if (last) return { atoms: last, origin: `last geometry ${ofAttempt}` };
  if (frame) return { atoms: frame, origin: `last frame of the trajectory ${ofAttempt}` };
  return { atoms: imported, origin: 'imported geometry' };
}

/** XYZ text: count, comment, atoms in ångström. */
export function renderXyz({ atoms, origin }: FoundGeometry): string {
  const lines = atoms.map(
    ([symbol, x, y, z]) => `${symbol} ${[x, y, z].map((value) => value.toFixed(6)).join(' ')}`,
  );
  return `${atoms.length}\n${origin}\n${lines.join('\n')}\n`;
}
