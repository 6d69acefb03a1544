/** Learns a campaign's run times, and on runs that it has not seen how far it may be believed. */
import { medianOf } from './fit-line.ts';
import { evaluateLaw, fitTimes, measureRuns, type Measured, type TimeLaw } from './fit-times.ts';
import type { TimedRun } from './job-shape.ts';

/** Fewer completed runs tell too little: with 19 nobody can name a time that 95 of 100 runs keep. */
export const leastRuns = 30;
/** The time request is kept by so many of a hundred. */
export const upperShare = 0.95;
const folds = 5;
/** A group of fewer is judged with all others. */
const leastInGroup = 40;

/** How predictions of runs that the model had not seen compare with what they took. */
export interface HeldOutError {
  runs: number;
  /** Half of them are within this factor, and 90 of 100 within that: 1.2 is 20 % more or 17 % less. */
  medianFactor: number;
  p90Factor: number;
  /** The part of them that took no longer than the upper time said. */
  keptUpper: number;
}

/** Logarithms of (taken ÷ predicted) of held-out runs, ascending; Infinity: cut off by its limit, so nobody knows. */
interface Residuals {
  /** Of species that the model knew, of new ones, and of all. */
  known: readonly number[];
  unseen: readonly number[];
  all: readonly number[];
}

export type TimeModel =
  | { isKnown: false; completed: number; needed: number }
  | {
      isKnown: true;
      law: TimeLaw;
      residuals: Residuals;
      error: HeldOutError;
      completed: number;
      /** Runs that their time limit ended: at least that long. */
      limited: number;
      /** Runs that failed before: at least that long, too. */
      failed: number;
      /** Numbers of cores that were seen, ascending. */
      cores: number[];
    };

/** Pure, and deterministic: the runs in the same order give the same model. */
export function learnTimes(runs: readonly TimedRun[]): TimeModel {
  const usable = measureRuns(runs);
  const completed = usable.filter(({ run }) => run.ending === 'completed');
  const law = completed.length < leastRuns ? undefined : fitTimes(usable);
  if (law === undefined) return { isKnown: false, completed: completed.length, needed: leastRuns };
  const held = holdOut(usable);
  const residuals = sortResiduals(held);
  return {
    isKnown: true,
    law,
    residuals,
    error: judge(held),
    completed: completed.length,
    limited: usable.filter(({ run }) => run.ending === 'limit').length,
    failed: usable.filter(({ run }) => run.ending === 'failed').length,
    cores: [...new Set(completed.flatMap(({ run }) => run.shape.cores ?? []))].toSorted((a, b) => a - b),
  };
}

interface Held {
  residual: number;
  isKnownSpecies: boolean;
  isCut: boolean;
}

/** Each fifth of the runs is predicted by the other four. What failed says only when it failed, so it is not judged. */
function holdOut(runs: readonly Measured[]): Held[] {
  const held: Held[] = [];
  for (let fold = 0; fold < folds; fold += 1) {
    const law = fitTimes(runs.filter((_, index) => foldOf(index) !== fold));
    if (law === undefined) continue;
    for (const [index, { run, measures }] of runs.entries()) {
      const { shape, seconds, ending } = run;
      if (foldOf(index) !== fold || ending === 'failed') continue;
      const at = evaluateLaw(law, shape, measures);
      if (at === undefined) continue;
      held.push({
        residual: Math.log(seconds / (1 - shape.doneShare)) - at,
        isKnownSpecies: law.species.has(measures.species),
        isCut: ending === 'limit',
      });
    }
  }
  return held;
}

/** Neighbours in the list often are of one kind: they are spread over the folds by a multiplicative hash. */
const foldOf = (index: number): number => Math.floor((((index + 1) * 0.618_033_988_75) % 1) * folds);

function sortResiduals(held: readonly Held[]): Residuals {
  const of = (which: (one: Held) => boolean): number[] =>
    held
      .filter((one) => which(one))
      .map(({ residual, isCut }) => (isCut ? Infinity : residual))
      .toSorted((a, b) => a - b);
  return {
    known: of((one) => one.isKnownSpecies),
    unseen: of((one) => !one.isKnownSpecies),
    all: of(() => true),
  };
}

/** Those that a job is judged by: of species alike known or unseen, where there are enough. */
export function residualsFor({ known, unseen, all }: Residuals, isKnownSpecies: boolean): readonly number[] {
  const group = isKnownSpecies ? known : unseen;
  return group.length >= leastInGroup ? group : all;
}

/**
 * Pure. The split-conformal bound: of exchangeable runs at least `share` lie at or below it.
 * @returns undefined where so few runs, or so many cut ones, cannot tell
 */
export function conformalBound(residuals: readonly number[], share: number): number | undefined {
  const bound = residuals[Math.ceil((residuals.length + 1) * share) - 1];
  return bound === undefined || bound === Infinity ? undefined : bound;
}

function judge(held: readonly Held[]): HeldOutError {
  const off = held.filter(({ isCut }) => !isCut).map(({ residual }) => Math.abs(residual));
  const sorted = off.toSorted((a, b) => a - b);
  const all = sortResiduals(held);
  const kept = held.filter(({ residual, isKnownSpecies, isCut }) => {
    const upper = conformalBound(residualsFor(all, isKnownSpecies), upperShare);
    return !isCut && upper !== undefined && residual <= upper;
  });
  return {
    runs: held.length,
    medianFactor: Math.exp(medianOf(off)),
    p90Factor: Math.exp(sorted[Math.ceil(0.9 * sorted.length) - 1] ?? 0),
    keptUpper: held.length === 0 ? 0 : kept.length / held.length,
  };
}
