import { symbolOf } from '../structure/elements.ts';
import { enterPhase, type Optimization, type ProgressState } from './progress-state.ts';
import { beginScf, noteIteration } from './read-scf-rows.ts';

/** Takes one step of a run from one kind of line. */
interface ProgressReader {
  /** Lower case text of the line, letter case ignored. */
  readonly phrase: string;
  readonly pattern: RegExp;
  take(state: ProgressState, groups: readonly (string | undefined)[]): void;
}

/** A row of the table of convergence: value, tolerance, verdict. The Cartesian gradient's line has another form. */
const rowOf = (item: string): RegExp =>
  new RegExp(`^\\s*${item}\\s+(-?\\d{1,12}\\.\\d+)\\s+(\\d{1,12}\\.\\d+)\\s+(?:YES|NO)\\s*$`);

const keepRow =
  (name: 'maxGradient' | 'rmsGradient' | 'energyChange') =>
  (state: ProgressState, [value, target]: readonly (string | undefined)[]): void => {
    if (state.optimization) state.optimization[name] = { value: Number(value), target: Number(target) };
  };

const forgetRows: Pick<Optimization, 'maxGradient' | 'rmsGradient' | 'energyChange'> = {
  maxGradient: null,
  rmsGradient: null,
  energyChange: null,
};

/** ORCA 6 prints the command of the child run, ORCA 4 and 5 that they are calling it. */
const childRun = /_atom(\d{1,3})\.inp .*> (\S+_atom\d+\.out)\b/;

export const progressReaders: readonly ProgressReader[] = [
  { phrase: 'orca lean-scf', pattern: /^\s*ORCA LEAN-SCF\s*$/, take: beginScf },
  { phrase: 'scf iterations', pattern: /^\s*SCF ITERATIONS\s*$/, take: beginScf },
  {
    // With a print level of its own, an iteration has a block instead of a row.
    phrase: '!        iteration ',
    pattern: /^\s*!\s+ITERATION\s+(\d{1,6})\s+!/,
    take: ({ scf }, [iteration]) => void (scf && (scf.iteration = Number(iteration))),
  },
  {
    phrase: 'total energy        :',
    pattern: /^\s*Total Energy\s+:\s+(-?\d{1,12}\.\d+) Eh\s*$/,
    take: (state, [energy]) => {
      if (state.scf && state.isScfOpen) noteIteration(state, state.scf.iteration, Number(energy));
    },
  },
  {
    // The second-order solver has rows of its own; those of its small steps are left out.
    phrase: '(trah macro)',
    pattern: /^\s*(\d{1,6})\s+(-?\d{1,12}\.\d+)\s.*\(TRAH MAcro\)/,
    take: takeMacroRow,
  },
  {
    phrase: '(nr   macro)',
    pattern: /^\s*(\d{1,6})\s+(-?\d{1,12}\.\d+)\s.*\(NR   MAcro\)/,
    take: takeMacroRow,
  },
  {
    phrase: 'scf converged after',
    pattern: /SCF CONVERGED AFTER\s+(\d{1,6})\s+CYCLES/,
    take: (state, [cycles]) => endScf(state, Number(cycles), true),
  },
  {
    phrase: 'scf not converged after',
    pattern: /SCF NOT CONVERGED AFTER\s+(\d{1,6})\s+CYCLES/,
    take: (state, [cycles]) => endScf(state, Number(cycles), false),
  },
  {
    phrase: 'maximum # iterations',
    pattern: /Maximum # iterations\s+MaxIter\s+\.+\s+(\d{1,6})\s*$/,
    take: (state, [limit]) => void (state.scfLimit = Number(limit)),
  },
  {
    phrase: 'max. no of cycles',
    pattern: /Max\. no of cycles\s+MaxIter\s+\.+\s+(\d{1,6})\s*$/,
    take: (state, [limit]) => void (state.optimizationLimit = Number(limit)),
  },
  {
    phrase: 'geometry optimization cycle',
    pattern: /GEOMETRY OPTIMIZATION CYCLE\s+\d+/,
    take: (state) => {
      state.isScfOpen = false;
      // Not ORCA's number: each step of a scan counts from 1 again.
      const cycle = (state.optimization?.cycle ?? 0) + 1;
      const limit = state.optimizationLimit;
      state.optimization = { ...(state.optimization ?? forgetRows), cycle, limit };
      state.finalEnergy = null;
    },
  },
  {
    phrase: 'final single point energy',
    pattern: /^FINAL SINGLE POINT ENERGY\s+(?:\([^)]*\)\s+)?(-?\d{1,12}\.\d+)/,
    take: (state, [energy]) => void (state.finalEnergy = Number(energy)),
  },
  {
    // The first table has no energy change.
    phrase: '|geometry convergence|',
    pattern: /\|Geometry convergence\|/,
    take: (state) => void (state.optimization &&= { ...state.optimization, ...forgetRows }),
  },
  { phrase: 'max gradient', pattern: rowOf('MAX gradient'), take: keepRow('maxGradient') },
  { phrase: 'rms gradient', pattern: rowOf('RMS gradient'), take: keepRow('rmsGradient') },
  { phrase: 'energy change', pattern: rowOf('Energy change'), take: keepRow('energyChange') },
  { phrase: 'command: ', pattern: childRun, take: beginChildRun },
  { phrase: 'atomic fitting density', pattern: childRun, take: beginChildRun },
  {
    phrase: '-process run)',
    pattern: /^\s*\((\d{1,6})-process run\)/,
    take: (state, [processes]) => void (state.displacementsAtOnce = Number(processes)),
  },
  {
    phrase: 'number of displacements',
    pattern: /Number of displacements\s+\.+/,
    take: (state) => void (state.displacements = null),
  },
  {
    // Several at a time come in any order, so they are counted.
    phrase: 'on displaced geometry',
    pattern: /on displaced geometry\s+\d+\s+\(of\s+([1-9]\d{0,5})\)/,
    take: (state, [count]) => {
      state.isScfOpen = false;
      state.displacements = { begun: (state.displacements?.begun ?? 0) + 1, count: Number(count) };
    },
  },
  { phrase: 'vibrational frequencies', pattern: /^\s*VIBRATIONAL FREQUENCIES\s*$/, take: endDisplacements },
  {
    phrase: 'cartesian gradient (numerical)',
    pattern: /^\s*CARTESIAN GRADIENT \(NUMERICAL\)/,
    take: endDisplacements,
  },
];

function takeMacroRow(state: ProgressState, [iteration, energy]: readonly (string | undefined)[]): void {
  noteIteration(state, Number(iteration), Number(energy));
}

function endScf(state: ProgressState, cycles: number, converged: boolean): void {
  if (!state.isScfOpen) beginScf(state);
  if (state.scf) state.scf = { ...state.scf, iteration: cycles, converged };
  state.isScfOpen = false;
}

function beginChildRun(state: ProgressState, [digits, output]: readonly (string | undefined)[]): void {
  enterPhase(state, 'heavy-atom guess');
  state.element = symbolOf(Number(digits)) ?? null;
  // Beside the main output: a name with a directory is none of ours.
  state.childOutput = output !== undefined && /^[\w.+-]+$/.test(output) ? output : null;
}

function endDisplacements(state: ProgressState): void {
  state.displacements = null;
  state.displacementsAtOnce = 1;
}
