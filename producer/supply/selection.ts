import type { CandidateOrder, IdRange } from '../../workflow/records/list-candidates.ts';

/** Which records a batch is made of. */
export interface Selection {
  /** A total, not a window. */
  batchSize: number;
  order: CandidateOrder;
  /** For the order `longest`: the same ids in the order of the expected times. Without it, the largest come first. */
  arrange?: (ids: number[]) => number[] | Promise<number[]>;
  /** Inclusive ranges; null: all records. */
  ids: readonly IdRange[] | null;
  minAtoms: number | null;
  maxAtoms: number | null;
  /** Records that failed this often are left alone; null: no cap. */
  maxFailCount: number | null;
}
