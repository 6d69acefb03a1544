/** The model of run times against two simple laws, on halves that none of them has seen. */
import { learnTimes } from '../../../packing/predict/learn-times.ts';
import { measureShape, type JobShape, type TimedRun } from '../../../packing/predict/job-shape.ts';
import { predictorOf } from '../../../packing/predict/predict-time.ts';
import { quantile } from '../statistics.ts';

/** How far held-out times lie from what a law said, as factors: 1.2 is 20 % more or 17 % less. */
export interface LawError {
  law: 'model' | 'mean of the recipe' | 'power law in atoms';
  medianFactor: number;
  p90Factor: number;
  /** Of the held-out runs; the rest had a recipe or elements that the half did not show. */
  predicted: number;
  /** The part of them below the upper time; null: the law names none. */
  keptUpper: number | null;
}

type Law = (shape: JobShape) => { median: number; upper?: number | null } | null;

const halvings = 10;

/** Pure: halves are drawn with fixed seeds, ten times, and the errors of all are taken together. */
export function compareLaws(runs: readonly TimedRun[]): LawError[] {
  const makers: [LawError['law'], (half: readonly TimedRun[]) => Law][] = [
    ['model', (half) => predictorOf(learnTimes(half))],
    ['mean of the recipe', meanOfRecipe],
    ['power law in atoms', powerLaw],
  ];
  return makers.map(([law, make]) => {
    const off: number[] = [];
    let kept = 0;
    let named = 0;
    let asked = 0;
    for (let seed = 1; seed <= halvings; seed += 1) {
      const { half, rest } = halve(runs, seed);
      const predict = make(half);
      for (const { shape, seconds, ending } of rest) {
        if (ending !== 'completed') continue;
        asked += 1;
        const said = predict(shape);
        if (said === null) continue;
        off.push(Math.abs(Math.log(seconds / said.median)));
        if (said.upper === undefined || said.upper === null) continue;
        named += 1;
        if (seconds <= said.upper) kept += 1;
      }
    }
    return {
      law,
      medianFactor: Math.exp(quantile(off, 0.5)),
      p90Factor: Math.exp(quantile(off, 0.9)),
      predicted: asked === 0 ? 0 : off.length / asked,
      keptUpper: named === 0 ? null : kept / named,
    };
  });
}

/** A seeded shuffle by a linear congruential generator (Numerical Recipes). */
export function halve(runs: readonly TimedRun[], seed: number): { half: TimedRun[]; rest: TimedRun[] } {
  let state = seed;
  const next = (): number => (state = (1_664_525 * state + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  const shuffled = runs.map((run) => ({ run, key: next() })).toSorted((a, b) => a.key - b.key);
  const middle = Math.floor(shuffled.length / 2);
  const of = (some: typeof shuffled): TimedRun[] => some.map(({ run }) => run);
  return { half: of(shuffled.slice(0, middle)), rest: of(shuffled.slice(middle)) };
}

function meanOfRecipe(half: readonly TimedRun[]): Law {
  const byRecipe = new Map<string, number[]>();
  for (const { shape, seconds, ending } of half)
    if (ending === 'completed') byRecipe.set(shape.recipe, [...(byRecipe.get(shape.recipe) ?? []), seconds]);
  return ({ recipe }) => {
    const times = byRecipe.get(recipe);
    return times ? { median: times.reduce((sum, one) => sum + one, 0) / times.length } : null;
  };
}

/** Least squares of the logarithms. */
function powerLaw(half: readonly TimedRun[]): Law {
  const points = half.flatMap(({ shape, seconds, ending }) => {
    const measures = measureShape(shape);
    return ending === 'completed' && measures ? [{ x: Math.log(measures.atoms), y: Math.log(seconds) }] : [];
  });
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - x0) ** 2);
  const slope = spread === 0 ? 0 : mean(({ x, y }) => (x - x0) * (y - y0)) / spread;
  return (shape) =>
    points.length === 0 ? null : { median: Math.exp(y0 + slope * (Math.log(shape.elements.length) - x0)) };
}
