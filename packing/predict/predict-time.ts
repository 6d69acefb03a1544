/** How long a job will take, as far as the ended ones tell. */
import { evaluateLaw } from './fit-times.ts';
import { type JobShape, measureShape } from './job-shape.ts';
import { conformalBound, residualsFor, type TimeModel, upperShare } from './learn-times.ts';

/** Seconds of the rest that is to be done. */
export interface Prediction {
  /** Half of such jobs are done by then. */
  median: number;
  /** What many of them take together, by job: the right one for sums. */
  mean: number;
  /** 95 of 100 are done by then; null: the model cannot name such a time. */
  upper: number | null;
}

/** null: nobody knows. Decisions then go by the size of the structure. */
export type PredictTime = (shape: JobShape) => Prediction | null;

/** Beyond the sizes that were seen by more than this factor of functions, no upper time is named. */
const farBeyond = Math.log(1.5);
/** One run in a thousand that hung must not be every job's mean. */
const trimmed = 0.005;

/** Pure. */
export function predictorOf(model: TimeModel): PredictTime {
  if (!model.isKnown) return () => null;
  const { law, residuals } = model;
  const factors = [true, false].map((isKnown) => factorsOf(residualsFor(residuals, isKnown)));
  return (shape) => {
    const measures = measureShape(shape);
    const at = measures && evaluateLaw(law, shape, measures);
    if (measures === undefined || at === undefined) return null;
    const factor = factors[law.species.has(measures.species) ? 0 : 1];
    if (factor === undefined) return null;
    const base = Math.exp(at) * (1 - shape.doneShare);
    const size = Math.log(measures.functions);
    const isFar = size > law.range.most + farBeyond || size < law.range.least - farBeyond;
    return {
      median: base * factor.median,
      mean: base * factor.mean,
      upper: factor.upper === undefined || isFar ? null : base * factor.upper,
    };
  };
}

function factorsOf(residuals: readonly number[]): {
  median: number;
  mean: number;
  upper: number | undefined;
} {
  const seen = residuals.filter((one) => one !== Infinity);
  const most = seen.at(-1) ?? 0;
  // What its limit cut off took longer than most: it counts as the longest that is known.
  const all = residuals.map((one) => (one === Infinity ? most : one));
  const median = Math.exp(all[Math.floor((all.length - 1) / 2)] ?? 0);
  const kept = all.slice(0, Math.max(1, Math.ceil(all.length * (1 - trimmed))));
  const mean = kept.length === 0 ? 1 : kept.reduce((sum, one) => sum + Math.exp(one), 0) / kept.length;
  const bound = conformalBound(residuals, upperShare);
  return { median, mean, upper: bound === undefined ? undefined : Math.exp(bound) };
}
