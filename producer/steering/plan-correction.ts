import type { Atom } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import { checkStructure } from '../../orca/structure/check-structure.ts';
import { atomicNumberOf } from '../../orca/structure/elements.ts';
import { formulaOf } from '../../orca/structure/formula.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { finishedStatuses } from '../../workflow/records/list-finished.ts';
import type { CorrectableRecord } from '../../workflow/records/load-correctable.ts';
import type { Correction } from '../../workflow/steering/correct-records.ts';

/** What a user wants changed of one record; undefined leaves a value as it is. */
export interface WantedValues {
  charge?: number | undefined;
  /** 2S+1 */
  multiplicity?: number | undefined;
  /** A geometry as it is stored: XYZ with or without its header, ångström. */
  geometry?: string | undefined;
}

/** What becomes of one record. */
export type CorrectionPlan = {
  id: number;
  /** The values afterwards, as a calculation reads them; null where the structure cannot be read. */
  next: { formula: string; atoms: number; charge: number; multiplicity: number; electrons: number } | null;
} & (
  | { kind: 'correct'; correction: Correction }
  /** All values are what they shall be. */
  | { kind: 'unchanged' }
  /** It is on the queue or runs: it must be cancelled first. */
  | { kind: 'running'; correction: Correction }
  /** The values do not make a structure that can be computed. */
  | { kind: 'refused'; reason: string }
);

/** Decides from the values alone. @param jobDirPattern of the campaign */
export function planCorrection(
  record: CorrectableRecord,
  wanted: WantedValues,
  jobDirPattern: string,
): CorrectionPlan {
  const { id } = record;
  // NULL reads as 0 and 1, but an explicit value is worth writing.
  const charge = wanted.charge === record.charge ? undefined : wanted.charge;
  const multiplicity = wanted.multiplicity === record.multiplicity ? undefined : wanted.multiplicity;
  const newText = wanted.geometry === record.geometry ? undefined : wanted.geometry;
  const nextCharge = Number(charge ?? record.charge ?? 0);
  const nextMultiplicity = Number(multiplicity ?? record.multiplicity ?? 1);
  let atoms: Atom[];
  try {
    atoms = parseGeometry(newText ?? record.geometry ?? '');
    checkStructure({ atoms, charge: nextCharge, multiplicity: nextMultiplicity });
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { id, next: null, kind: 'refused', reason: error.message };
  }
  const next = {
    formula: formulaOf(atoms),
    atoms: atoms.length,
    charge: nextCharge,
    multiplicity: nextMultiplicity,
    electrons: atoms.reduce((sum, [symbol]) => sum + (atomicNumberOf(symbol) ?? 0), -nextCharge),
  };
  if (charge === undefined && multiplicity === undefined && newText === undefined)
    return { id, next, kind: 'unchanged' };
  const geometry =
    newText === undefined ? undefined : { text: newText, symbols: atoms.map(([symbol]) => symbol) };
  const isOther =
    nextCharge !== Number(record.charge ?? 0) ||
    nextMultiplicity !== Number(record.multiplicity ?? 1) ||
    geometry !== undefined;
  const isOver = finishedStatuses.some((status) => status === record.status);
  const correction = {
    record,
    charge,
    multiplicity,
    geometry,
    isOther,
    isRequeued: isOver && isOther,
    forgetsJobDir: isOther && /\{(charge|spin|formula)\}/.test(jobDirPattern),
  };
  const waits = record.status === 'to_run' || record.status === 'ready';
  const isHeld = record.status === 'running' || (record.hasOpenAttempt === 1 && !waits);
  return { id, next, kind: isHeld ? 'running' : 'correct', correction };
}
