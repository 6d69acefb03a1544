/** The law of a campaign's run times, as its ended runs tell it: a line in the logarithms, and what a species adds. */
import { type FitRow, fitLine, type Line, medianOf, type Prior, valueOf } from './fit-line.ts';
import { type JobShape, type Measures, measureShape, type TimedRun } from './job-shape.ts';

/** Fitted, not yet judged: `learn-times.ts` says how far it may be trusted. */
export interface TimeLaw {
  line: Line;
  /** Places of the terms of groups in the line: `recipe omol`, `metal U`. */
  places: ReadonlyMap<string, number>;
  /** Centre of the logarithms of functions and of cores. */
  centre: { functions: number; cores: number };
  /** What the runs of a species lie beside the line, in the logarithm, drawn towards 0 where they are few. */
  species: ReadonlyMap<string, number>;
  /** Cores that a job usually has. */
  usualCores: number;
  /** Logarithms of the functions of the smallest and the largest. */
  range: { least: number; most: number };
}

/** Doubling the functions takes four times as long: between the quadratic and the cubic steps of a DFT calculation. */
const believedPower = 2;
/** Doubling the cores takes 0.57 of the time, as RI-DFT does up to some 16 (ORCA manual). */
const believedCores = -0.8;

const fixedPriors: readonly Prior[] = [
  { value: 0, weight: 1e-6 },
  { value: believedPower, weight: 0.3 },
  { value: 0, weight: 3 },
  { value: believedCores, weight: 1 },
  { value: 0, weight: 1 },
];
/** A recipe or kind of run may differ by much, a metal by less. */
const groupWeight = { recipe: 0.1, run: 0.1, metal: 1 } as const;
/** One or two runs that lie further away, as a factor, say little of their species: their node may have been ill. */
const outlier = Math.log(2);

/** A run with its measures, which are taken once. */
export interface Measured {
  run: TimedRun;
  measures: Measures;
}

/** Pure. Runs that cannot be measured are left out. */
export function measureRuns(runs: readonly TimedRun[]): Measured[] {
  return runs.flatMap((run): Measured[] => {
    const measures = run.seconds > 0 ? measureShape(run.shape) : undefined;
    return measures === undefined ? [] : [{ run, measures }];
  });
}

/** Pure. @returns undefined without any that completed */
export function fitTimes(measured: readonly Measured[]): TimeLaw | undefined {
  const completed = measured.filter(({ run }) => run.ending === 'completed');
  if (completed.length === 0) return undefined;
  const sizes = completed.map(({ measures }) => Math.log(measures.functions));
  const usualCores = usualOf(completed.flatMap(({ run }) => run.shape.cores ?? []));
  const coresOf = ({ run }: Measured): number => Math.log(run.shape.cores ?? usualCores);
  const { places, priors } = placeGroups(completed);
  const frame = {
    places,
    centre: { functions: meanOf(sizes), cores: meanOf(completed.map((one) => coresOf(one))) },
    usualCores,
    range: { least: Math.min(...sizes), most: Math.max(...sizes) },
  };
  const rows = measured.map(({ run, measures }): FitRow => ({
    terms: termsOf(frame, run.shape, measures),
    y: Math.log(run.seconds / (1 - run.shape.doneShare)),
    isCut: run.ending !== 'completed',
  }));
  const line = fitLine(rows, priors);
  const species = learnSpecies(measured, rows, line);
  return { ...frame, line, species };
}

/** Pure. Logarithm of the seconds of the whole job; undefined: its recipe, its kind of run or its elements are unknown. */
export function evaluateLaw(law: TimeLaw, shape: JobShape, measures: Measures): number | undefined {
  if (!law.places.has(`recipe ${shape.recipe}`) || !law.places.has(`run ${shape.runType}`)) return undefined;
  return valueOf(law.line, termsOf(law, shape, measures)) + (law.species.get(measures.species) ?? 0);
}

/** Pure. The factor by which the time falls when the cores double; `isLearned`: runs with different numbers were seen. */
export function coreScaling(law: TimeLaw, coresSeen: number): { exponent: number; isLearned: boolean } {
  return { exponent: law.line.factors[3] ?? believedCores, isLearned: coresSeen > 1 };
}

function termsOf(
  { places, centre, usualCores }: Pick<TimeLaw, 'places' | 'centre' | 'usualCores'>,
  { recipe, runType, cores }: JobShape,
  { functions, isOpenShell, metal }: Measures,
): FitRow['terms'] {
  const size = Math.log(functions) - centre.functions;
  const groups = [`recipe ${recipe}`, `run ${runType}`, ...(metal === null ? [] : [`metal ${metal}`])];
  return [
    [0, 1],
    [1, size],
    [2, size * size],
    [3, Math.log(cores ?? usualCores) - centre.cores],
    ...(isOpenShell ? [[4, 1] as const] : []),
    ...groups.flatMap((group) => {
      const place = places.get(group);
      return place === undefined ? [] : [[place, 1] as const];
    }),
  ];
}

function placeGroups(completed: readonly Measured[]): { places: Map<string, number>; priors: Prior[] } {
  const places = new Map<string, number>();
  const priors = [...fixedPriors];
  const place = (kind: keyof typeof groupWeight, name: string | null): void => {
    if (name === null || places.has(`${kind} ${name}`)) return;
    places.set(`${kind} ${name}`, priors.length);
    priors.push({ value: 0, weight: groupWeight[kind] });
  };
  for (const { run, measures } of completed) {
    place('recipe', run.shape.recipe);
    place('run', run.shape.runType);
    place('metal', measures.metal);
  }
  return { places, priors };
}

/**
 * Best linear prediction of what each species adds: the mean of its runs, drawn towards 0 by the ratio of the spread within a species to
 * the spread between them.
 */
function learnSpecies(
  measured: readonly Measured[],
  rows: readonly FitRow[],
  line: Line,
): Map<string, number> {
  const groups = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const name = measured[index]?.measures.species;
    if (row.isCut || name === undefined) continue;
    groups.set(name, [...(groups.get(name) ?? []), row.y - valueOf(line, row.terms)]);
  }
  const { within, between } = splitVariance([...groups.values()]);
  return new Map(
    [...groups].map(([name, values]) => [
      name,
      (centreOf(values, line.sigma) * between * values.length) / (between * values.length + within),
    ]),
  );
}

/** Three that agree are no accident; fewer are held near the line. */
function centreOf(values: readonly number[], sigma: number): number {
  if (values.length > 2) return medianOf(values);
  const most = Math.max(outlier, 3 * sigma);
  return Math.max(-most, Math.min(most, meanOf(values)));
}

/** The usual estimates of one-way variance components; without a species that occurs twice, nothing is known between them. */
function splitVariance(groups: readonly (readonly number[])[]): { within: number; between: number } {
  const total = groups.reduce((sum, values) => sum + values.length, 0);
  const repeats = total - groups.length;
  if (repeats < 5 || groups.length < 3) return { within: 1, between: 0 };
  let inner = 0;
  let outer = 0;
  for (const values of groups) {
    const mean = meanOf(values);
    inner += values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    outer += values.length * mean * mean;
  }
  const within = Math.max(1e-4, inner / repeats);
  const size = total / groups.length;
  return { within, between: Math.max(0, (outer / groups.length - within) / size) };
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function usualOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([a, n], [b, m]) => m - n || a - b)[0]?.[0] ?? 1;
}
