/** A straight line through logarithms of times that bears outliers and runs that were cut off. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { meanAbove } from './normal-tail.ts';

/** One run: what the line is fitted to. */
export interface FitRow {
  /** Terms of the line, each with its place; places that are missing are 0. */
  terms: readonly (readonly [place: number, value: number])[];
  /** Logarithm of the seconds. */
  y: number;
  /** It was cut off: the true value is above `y`. */
  isCut: boolean;
}

/** What is believed of a factor before anything is known: its value, and how many runs that belief is worth. */
export interface Prior {
  value: number;
  weight: number;
}

export interface Line {
  factors: number[];
  /** Spread of what is around the line, in units of the logarithm; from the median, so that outliers do not count. */
  sigma: number;
}

const rounds = 20;
/** Ends the rounds: the factors move by less than a thousandth. */
const still = 1e-3;
/** Huber's constant: 95 % as good as least squares where all is normal. */
const huber = 1.345;
/** Times are read to about a hundredth. */
const leastSigma = 0.02;

/** Pure. Iterated, weighted ridge regression: outliers get less weight, cut rows their expected value above the cut. */
export function fitLine(rows: readonly FitRow[], priors: readonly Prior[]): Line {
  let line: Line = { factors: priors.map(({ value }) => value), sigma: 1 };
  let weights = rows.map(() => 1);
  for (let round = 0; round < rounds; round += 1) {
    const before = line;
    const targets = rows.map((row) => {
      if (!row.isCut) return row.y;
      const at = valueOf(before, row.terms);
      return round === 0 ? row.y : at + before.sigma * meanAbove((row.y - at) / before.sigma);
    });
    const factors = solve(rows, targets, weights, priors);
    const known = rows.flatMap((row) =>
      row.isCut ? [] : [Math.abs(row.y - valueOf({ factors, sigma: 1 }, row.terms))],
    );
    const sigma = Math.max(leastSigma, 1.4826 * medianOf(known));
    line = { factors, sigma };
    const moved = Math.max(
      ...factors.map((factor, place) => Math.abs(factor - (before.factors[place] ?? 0))),
    );
    weights = rows.map((row, index) => {
      const off = Math.abs((targets[index] ?? row.y) - valueOf(line, row.terms)) / sigma;
      return off <= huber ? 1 : huber / off;
    });
    if (round > 1 && moved < still) break;
  }
  return line;
}

/** Pure. */
export function valueOf({ factors }: Line, terms: FitRow['terms']): number {
  let sum = 0;
  for (const [place, value] of terms) sum += (factors[place] ?? 0) * value;
  return sum;
}

/** Pure. 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

function solve(
  rows: readonly FitRow[],
  targets: readonly number[],
  weights: readonly number[],
  priors: readonly Prior[],
): number[] {
  const normal = priors.map(({ weight }, place) => priors.map((_, other) => (other === place ? weight : 0)));
  const right = priors.map(({ value, weight }) => value * weight);
  for (const [index, { terms }] of rows.entries()) {
    const weight = weights[index] ?? 1;
    for (const [i, a] of terms) {
      right[i] = (right[i] ?? 0) + weight * a * (targets[index] ?? 0);
      const row = normal[i];
      // (a * b) first: the decomposition wants both halves alike to the last digit.
      if (row) for (const [j, b] of terms) row[j] = (row[j] ?? 0) + weight * (a * b);
    }
  }
  return new CholeskyDecomposition(new Matrix(normal)).solve(Matrix.columnVector(right)).getColumn(0);
}
