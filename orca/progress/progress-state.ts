import type { OutputProgress, RunPhase } from '../../core/progress/job-progress.ts';

type Scf = NonNullable<OutputProgress['scf']>;
export type Optimization = NonNullable<OutputProgress['optimization']>;

/** What the newest run in a growing output has said so far. */
export interface ProgressState {
  phase: RunPhase;
  element: string | null;
  /** The output of the child run for a heavy atom, a file beside the main output that may grow in its stead. */
  childOutput: string | null;
  /** What the echoed input asks for; see find-kind.ts. */
  kind: string | null;
  /** The SCF at work, or the last one. */
  scf: Scf | null;
  /** The next row of a table belongs to the SCF above. */
  isScfOpen: boolean;
  /** The energy in its last row, Eh. */
  lastEnergy: number | null;
  scfLimit: number | null;
  optimization: Optimization | null;
  optimizationLimit: number | null;
  /** Of the geometry at work, Eh; null until it is printed. */
  finalEnergy: number | null;
  /** Displaced geometries of numerical derivatives: how many were begun, and how many there are. */
  displacements: { begun: number; count: number } | null;
  /** As many of them are at work at a time. */
  displacementsAtOnce: number;
}

export function createProgressState(): ProgressState {
  return {
    phase: 'start',
    element: null,
    childOutput: null,
    kind: null,
    scf: null,
    isScfOpen: false,
    lastEnergy: null,
    scfLimit: null,
    optimization: null,
    optimizationLimit: null,
    finalEnergy: null,
    displacements: null,
    displacementsAtOnce: 1,
  };
}

/** A phase begins; what belongs to the one before is over. */
export function enterPhase(state: ProgressState, phase: RunPhase): void {
  // The equations of response are the long part of an analytic Hessian.
  const isFrequency = phase === 'response' && state.kind?.split('+').includes('freq') === true;
  state.phase = isFrequency ? 'frequencies' : phase;
  if (phase !== 'heavy-atom guess') {
    state.element = null;
    state.childOutput = null;
  }
}
