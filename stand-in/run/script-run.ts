import type { System } from '../chemistry/describe-system.ts';
import { bohrInAngstrom, createSurface, evaluateSurface } from '../chemistry/energy-surface.ts';
import {
  type OptimizationCycle,
  optimizeGeometry,
  type Tolerances,
  tolerancesOf,
} from '../chemistry/optimize-geometry.ts';
import type { FailureCategory } from '../failures/failure-categories.ts';
import type { Moment } from '../failures/failure-order.ts';
import { numberFrom } from '../chemistry/seeded-numbers.ts';

/** One SCF with what follows it; the whole run is known before its first line is printed. */
export interface Step {
  /** bohr */
  positions: Float64Array;
  energyHartree: number;
  scfIterations: number;
  /** Absent for single points and for the final evaluation of an optimisation. */
  gradient?: Float64Array;
  /** Present for the cycles of an optimisation. */
  cycle?: OptimizationCycle;
}

export interface RunScript {
  steps: Step[];
  scfMaxIterations: number;
  /** Present for optimisations. */
  optimization?: { hasConverged: boolean; tolerances: Tolerances; maxCycles: number };
  /** Expectation value of S² minus its ideal, for unrestricted runs. */
  spinContamination: number;
}

/** What an SCF that blew up without a word once gave for a small molecule. */
const blownUpHartree = -20_006_124.4;

interface ScriptOptions {
  /** A usable gbw is read: 30 % of the SCF iterations remain. */
  restartsOrbitals: boolean;
  failure: FailureCategory | undefined;
  at?: Moment;
}

/** Works out every energy, gradient and iteration count of the run, and bends them as `failure` asks. */
export function scriptRun(system: System, options: ScriptOptions): RunScript {
  const script = scriptHonestRun(system, options.restartsOrbitals);
  if (options.failure === 'zero_energy' || options.failure === 'suspicious_result') {
    const energyHartree = options.failure === 'zero_energy' ? 0 : blownUpHartree;
    return { ...script, steps: script.steps.map((step) => ({ ...step, energyHartree })) };
  }
  if (options.failure === 'scf_not_converged') {
    const failing = Math.min(cycleOf(options.at) ?? 1, script.steps.length);
    const tooMany = script.scfMaxIterations + 1;
    const steps = script.steps.map((step, index) =>
      index + 1 === failing ? { ...step, scfIterations: tooMany } : step,
    );
    return { ...script, steps };
  }
  if (options.failure === 'opt_not_converged' && script.optimization) {
    const cycles = script.steps.filter((step) => step.cycle !== undefined);
    const maxCycles = cycleOf(options.at) ?? Math.max(1, Math.floor(cycles.length / 2));
    const optimization = { ...script.optimization, hasConverged: false, maxCycles };
    return { ...script, steps: cycles.slice(0, maxCycles), optimization };
  }
  return script;
}

function cycleOf(at: Moment | undefined): number | undefined {
  return at !== undefined && 'cycle' in at ? at.cycle : undefined;
}

function scriptHonestRun(system: System, restartsOrbitals: boolean): RunScript {
  const surface = createSurface(system);
  const start = startPositions(system);
  const first = firstIterations(system);
  const iterations = restartsOrbitals ? Math.max(3, Math.ceil(0.3 * first)) : first;
  const common = {
    scfMaxIterations: system.input.settings.scfMaxIterations ?? 125,
    spinContamination: 0.003 + 0.05 * numberFrom(`${system.identity} spin`),
  };
  if (system.runType !== 'optimization') {
    const { energyHartree, gradient } = evaluateSurface(surface, start);
    const step = { positions: start, energyHartree, scfIterations: iterations };
    return { ...common, steps: [system.runType === 'gradient' ? { ...step, gradient } : step] };
  }
  const tolerances = tolerancesOf(system.input.words);
  const maxCycles =
    system.input.settings.optimizationMaxCycles ?? Math.max(50, 3 * system.input.atoms.length);
  const { cycles, hasConverged, finalPositions } = optimizeGeometry(surface, start, tolerances, maxCycles);
  const steps: Step[] = cycles.map((cycle, index) => ({
    positions: cycle.positions,
    energyHartree: cycle.energyHartree,
    gradient: cycle.gradient,
    scfIterations: index === 0 ? iterations : Math.max(3, Math.round(first * 0.6 * 0.8 ** index)),
    cycle,
  }));
  if (hasConverged) {
    const { energyHartree } = evaluateSurface(surface, finalPositions);
    steps.push({ positions: finalPositions, energyHartree, scfIterations: 3 });
  }
  return { ...common, steps, optimization: { hasConverged, tolerances, maxCycles } };
}

/** 11 to 59, more for open shells and for heavy atoms, as in real first cycles. */
function firstIterations(system: System): number {
  const heavy = system.input.atoms.some(({ element }) => element.atomicNumber > 36);
  const spread = 18 * numberFrom(`${system.identity} scf`);
  const openShell = system.isUnrestricted ? 6 + 18 * numberFrom(`${system.identity} open`) : 0;
  return Math.floor(11 + spread + openShell + (heavy ? 6 : 0));
}

function startPositions(system: System): Float64Array {
  return Float64Array.from(
    system.input.atoms.flatMap(({ x, y, z }) => [x, y, z].map((value) => value / bohrInAngstrom)),
  );
}
