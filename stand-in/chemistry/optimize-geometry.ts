import { type EnergySurface, evaluateSurface, type SurfacePoint } from './energy-surface.ts';
import {
  addScaled,
  dot,
  factorize,
  largestComponent,
  rootMeanSquare,
  solve,
  type SquareMatrix,
} from './vector.ts';

export interface Tolerances {
  /** Eh */
  energyChange: number;
  /** Eh/bohr; the steps are in bohr */
  rmsGradient: number;
  maxGradient: number;
  rmsStep: number;
  maxStep: number;
}

export interface ConvergenceRow {
  item: string;
  value: number;
  tolerance: number;
}

export interface OptimizationCycle extends SurfacePoint {
  /** bohr */
  positions: Float64Array;
  rows: ConvergenceRow[];
}

export interface Optimization {
  cycles: OptimizationCycle[];
  hasConverged: boolean;
  /** Where the last step led, bohr. */
  finalPositions: Float64Array;
}

/** ORCA's normal level. */
const normal = { energyChange: 5e-6, rmsGradient: 1e-4, maxGradient: 3e-4, rmsStep: 2e-3, maxStep: 4e-3 };

/** The other levels by their words. */
const levels = new Map<string, Tolerances>([
  ['looseopt', { energyChange: 3e-5, rmsGradient: 5e-4, maxGradient: 2e-3, rmsStep: 7e-3, maxStep: 1e-2 }],
  ['tightopt', { energyChange: 1e-6, rmsGradient: 3e-5, maxGradient: 1e-4, rmsStep: 6e-4, maxStep: 1e-3 }],
  [
    'verytightopt',
    { energyChange: 2e-7, rmsGradient: 8e-6, maxGradient: 3e-5, rmsStep: 1e-4, maxStep: 2e-4 },
  ],
]);

/** The tolerances that the words of the `!` line ask for. */
export function tolerancesOf(words: string[]): Tolerances {
  return words.map((word) => levels.get(word.toLowerCase())).find((level) => level !== undefined) ?? normal;
}

const maximumComponentBohr = 0.3;
/** Added to the diagonal of the preconditioner: flat directions take steps no longer than gradient / this. */
const stiffnessFloor = 0.05;
const remembered = 12;

interface Memory {
  step: Float64Array;
  change: Float64Array;
  overlap: number;
}

/** Limited-memory BFGS from `start` (bohr) until all five criteria hold or `maximumCycles` are done. */
export function optimizeGeometry(
  surface: EnergySurface,
  start: Float64Array,
  tolerances: Tolerances,
  maximumCycles: number,
): Optimization {
  const cycles: OptimizationCycle[] = [];
  let memory: Memory[] = [];
  let positions = start;
  while (cycles.length < maximumCycles) {
    const preconditioner = createPreconditioner(positions.length);
    const point = evaluateSurface(surface, positions, preconditioner);
    const previous = cycles.at(-1);
    if (previous) memory = remember(memory, previous, positions, point);
    const step = chooseStep(factorize(preconditioner), memory, point.gradient);
    const rows = convergenceRows(point, step, previous?.energyHartree, tolerances);
    cycles.push({ ...point, positions, rows });
    positions = addScaled(positions, 1, step);
    if (hasConverged(rows)) return { cycles, hasConverged: true, finalPositions: positions };
  }
  return { cycles, hasConverged: false, finalPositions: positions };
}

function createPreconditioner(size: number): SquareMatrix {
  const values = new Float64Array(size * size);
  for (let index = 0; index < size; index += 1) values[index * size + index] = stiffnessFloor;
  return { size, values };
}

function remember(
  memory: Memory[],
  previous: OptimizationCycle,
  positions: Float64Array,
  point: SurfacePoint,
): Memory[] {
  const step = addScaled(positions, -1, previous.positions);
  const change = addScaled(point.gradient, -1, previous.gradient);
  const overlap = dot(step, change);
  // Curvature must be positive along the step, or the update would turn uphill.
  if (overlap <= 1e-10 * Math.sqrt(dot(step, step) * dot(change, change))) return memory;
  return [...memory, { step, change, overlap }].slice(-remembered);
}

/** The two-loop recursion around the preconditioner, cut to the trust radius. */
function chooseStep(factor: SquareMatrix, memory: Memory[], gradient: Float64Array): Float64Array {
  let direction = gradient;
  const weights = new Map<Memory, number>();
  for (const entry of memory.toReversed()) {
    const weight = dot(entry.step, direction) / entry.overlap;
    weights.set(entry, weight);
    direction = addScaled(direction, -weight, entry.change);
  }
  direction = solve(factor, direction);
  for (const entry of memory) {
    const weight = (weights.get(entry) ?? 0) - dot(entry.change, direction) / entry.overlap;
    direction = addScaled(direction, weight, entry.step);
  }
  const longest = largestComponent(direction);
  const scale = longest > maximumComponentBohr ? maximumComponentBohr / longest : 1;
  return direction.map((component) => -scale * component);
}

function convergenceRows(
  point: SurfacePoint,
  step: Float64Array,
  previousEnergy: number | undefined,
  tolerances: Tolerances,
): ConvergenceRow[] {
  const rows = [
    { item: 'RMS gradient', value: rootMeanSquare(point.gradient), tolerance: tolerances.rmsGradient },
    { item: 'MAX gradient', value: largestComponent(point.gradient), tolerance: tolerances.maxGradient },
    { item: 'RMS step', value: rootMeanSquare(step), tolerance: tolerances.rmsStep },
    { item: 'MAX step', value: largestComponent(step), tolerance: tolerances.maxStep },
  ];
  if (previousEnergy === undefined) return rows;
  const value = point.energyHartree - previousEnergy;
  return [{ item: 'Energy change', value, tolerance: tolerances.energyChange }, ...rows];
}

export function isMet(row: ConvergenceRow): boolean {
  return Math.abs(row.value) <= row.tolerance;
}

/** Like ORCA, an energy change just outside its tolerance does not hold the end back; a first cycle never ends it. */
function hasConverged(rows: ConvergenceRow[]): boolean {
  return (
    rows.length === 5 &&
    rows.every(
      (row) => isMet(row) || (row.item === 'Energy change' && Math.abs(row.value) <= 10 * row.tolerance),
    )
  );
}
