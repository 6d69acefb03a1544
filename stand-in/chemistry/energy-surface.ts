import type { System } from './describe-system.ts';
import { type Element, isActinide, isMetal } from './elements.ts';
import { numberFrom } from './seeded-numbers.ts';
import { at, type SquareMatrix } from './vector.ts';

/**
 * The stand-in for chemistry: E = constants of the elements + a Morse well per pair, cut off smoothly so
 * that only neighbours attract + small terms of charge, multiplicity and method. Smooth and bounded, so an
 * optimisation really converges; no number of it means anything.
 */
export interface EnergySurface {
  constantHartree: number;
  pairs: PairWell[];
}

interface PairWell {
  first: number;
  second: number;
  depthHartree: number;
  /** bohr⁻¹ */
  steepness: number;
  equilibriumBohr: number;
  /** 1: a Morse well; 0: its repulsive half only, for pairs that do not bind. */
  attraction: 0 | 1;
}

export interface SurfacePoint {
  energyHartree: number;
  /** Eh/bohr, x y z of each atom in turn. */
  gradient: Float64Array;
}

/** The cut-off runs from 1.05 to 1.25 equilibrium distances: second neighbours must feel nothing, or angles collapse. */
const cutoffStart = 1.05;
const cutoffEnd = 1.25;

export const bohrInAngstrom = 0.529177210903;

export function createSurface(system: System): EnergySurface {
  const { atoms, charge, multiplicity } = system.input;
  const method = system.identity.split('\n').slice(2, -atoms.length).join(' ');
  const elements = atoms.reduce(
    (sum, { element }, index) => sum + elementEnergy(element, system.coreElectrons[index] ?? 0),
    0,
  );
  const pairs = atoms.flatMap((b, second) =>
    atoms.slice(0, second).map((a, first) => ({ first, second, ...createWell(a.element, b.element) })),
  );
  return {
    constantHartree:
      elements + 0.2 * charge + 0.05 * charge ** 2 + 0.004 * (multiplicity - 1) + 0.01 * numberFrom(method),
    pairs,
  };
}

/** Eh; fitted by eye to total energies of light atoms and of actinides under a 60-electron potential. */
export function elementEnergy({ atomicNumber }: Element, coreElectrons: number): number {
  if (isActinide(atomicNumber) && coreElectrons === 60) return -476 - 39.5 * (atomicNumber - 92);
  return -0.5 * (atomicNumber - coreElectrons) ** 2.4;
}

function createWell(a: Element, b: Element): Omit<PairWell, 'first' | 'second'> {
  const contact = (a.covalentRadiusAngstrom + b.covalentRadiusAngstrom) / bohrInAngstrom;
  const attraction = binds(a, b) ? 1 : 0;
  if (isMetal(a) !== isMetal(b)) {
    const equilibriumBohr = 0.9 * contact;
    return { depthHartree: 0.03, steepness: 5 / equilibriumBohr, equilibriumBohr, attraction };
  }
  const equilibriumBohr = 0.95 * contact;
  return { depthHartree: 0.03, steepness: 6 / equilibriumBohr, equilibriumBohr, attraction };
}

function binds(a: Element, b: Element): boolean {
  const symbols = [a.symbol, b.symbol];
  if (isMetal(a) || isMetal(b)) return isMetal(a) !== isMetal(b) && !symbols.includes('H');
  if (symbols.includes('C')) return true;
  return a.symbol !== b.symbol;
}

/**
 * Energy and gradient at `positions` (bohr). A `hessian` of 3N rows gets the positive part of the second
 * derivatives added: a preconditioner for the optimiser, not the true Hessian.
 */
export function evaluateSurface(
  surface: EnergySurface,
  positions: Float64Array,
  hessian?: SquareMatrix,
): SurfacePoint {
  let energyHartree = surface.constantHartree;
  const gradient = new Float64Array(positions.length);
  for (const pair of surface.pairs) {
    const i = 3 * pair.first;
    const j = 3 * pair.second;
    const d = [0, 1, 2].map((axis) => at(positions, i + axis) - at(positions, j + axis));
    const distance = Math.hypot(...d);
    if (distance >= cutoffEnd * pair.equilibriumBohr) continue;
    const well = evaluateWell(pair, distance);
    energyHartree += well.value;
    for (const [axis, component] of d.entries()) {
      gradient[i + axis] = at(gradient, i + axis) + (well.slope * component) / distance;
      gradient[j + axis] = at(gradient, j + axis) - (well.slope * component) / distance;
    }
    if (hessian)
      addCurvature(
        hessian,
        i,
        j,
        d.map((component) => component / distance),
        well,
        distance,
      );
  }
  return { energyHartree, gradient };
}

interface WellValue {
  value: number;
  slope: number;
  curvature: number;
}

function evaluateWell(pair: PairWell, distance: number): WellValue {
  const { depthHartree: depth, steepness: a, equilibriumBohr, attraction } = pair;
  const q = Math.exp(-a * (distance - equilibriumBohr));
  const morse = depth * (q * q - 2 * attraction * q);
  const slope = -2 * a * depth * (q * q - attraction * q);
  const curvature = 2 * a * a * depth * (2 * q * q - attraction * q);
  const start = cutoffStart * equilibriumBohr;
  if (distance <= start) return { value: morse, slope, curvature };
  const width = cutoffEnd * equilibriumBohr - start;
  const t = (distance - start) / width;
  const s = 1 - t ** 3 * (10 - 15 * t + 6 * t * t);
  const s1 = (-30 * t * t * (1 - t) ** 2) / width;
  const s2 = (-60 * t * (1 - 3 * t + 2 * t * t)) / width ** 2;
  return {
    value: morse * s,
    slope: slope * s + morse * s1,
    curvature: curvature * s + 2 * slope * s1 + morse * s2,
  };
}

function addCurvature(
  { size, values }: SquareMatrix,
  i: number,
  j: number,
  direction: number[],
  well: WellValue,
  distance: number,
): void {
  const along = Math.max(well.curvature, 0);
  const across = Math.max(well.slope / distance, 0);
  for (const [row, u] of direction.entries()) {
    for (const [column, v] of direction.entries()) {
      const term = (along - across) * u * v + (row === column ? across : 0);
      for (const [p, q, sign] of [
        [i, i, 1],
        [j, j, 1],
        [i, j, -1],
        [j, i, -1],
      ] as const) {
        const index = (p + row) * size + q + column;
        values[index] = at(values, index) + sign * term;
      }
    }
  }
}
