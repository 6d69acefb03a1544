import { symbolOf } from './elements.ts';
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
  new RegExp(`^\\s*${item}\\s+(-?\\d+\\.\\d+)\\s+(\\d+\\.\\d+)\\s+(?:YES|NO)\\s*$`);

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
const childRun = /\S*_atom(\d+)\.inp .*> (\S+_atom\d+\.out)\b/;

export const progressReaders: readonly ProgressReader[] = [
  { phrase: 'orca lean-scf', pattern: /^\s*ORCA LEAN-SCF\s*$/, take: beginScf },
  { phrase: 'scf iterations', pattern: /^\s*SCF ITERATIONS\s*$/, take: beginScf },
  {
    // The second-order solver has rows of its own; those of its small steps are left out.
    phrase: '(trah macro)',
    pattern: /^\s*(\d+)\s+(-?\d+\.\d+)\s.*\(TRAH MAcro\)/,
    take: takeMacroRow,
  },
  {
    phrase: '(nr   macro)',
    pattern: /^\s*(\d+)\s+(-?\d+\.\d+)\s.*\(NR   MAcro\)/,
    take: takeMacroRow,
  },
  {
    phrase: 'scf converged after',
    pattern: /SCF CONVERGED AFTER\s+(\d+)\s+CYCLES/,
    take: (state, [cycles]) => endScf(state, Number(cycles), true),
  },
  {
    phrase: 'scf not converged after',
    pattern: /SCF NOT CONVERGED AFTER\s+(\d+)\s+CYCLES/,
    take: (state, [cycles]) => endScf(state, Number(cycles), false),
  },
  {
    phrase: 'maximum # iterations',
    pattern: /Maximum # iterations\s+MaxIter\s+\.+\s+(\d+)/,
    take: (state, [limit]) => void (state.scfLimit = Number(limit)),
  },
  {
    phrase: 'max. no of cycles',
    pattern: /Max\. no of cycles\s+MaxIter\s+\.+\s+(\d+)/,
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
    },
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
    phrase: 'on displaced geometry',
    pattern: /on displaced geometry\s+(\d+)\s+\(of\s+(\d+)\)/,
    take: (state, [index, count]) => {
      state.isScfOpen = false;
      state.displacement = { index: Number(index), count: Number(count) };
    },
  },
  {
    // The displacements are over.
    phrase: 'vibrational frequencies',
    pattern: /^\s*VIBRATIONAL FREQUENCIES\s*$/,
    take: (state) => void (state.displacement = null),
  },
  {
    phrase: 'cartesian gradient (numerical)',
    pattern: /^\s*CARTESIAN GRADIENT \(NUMERICAL\)/,
    take: (state) => void (state.displacement = null),
  },
];

function takeMacroRow(
  state: ProgressState,
  [iteration, energy]: readonly (string | undefined)[],
): void {
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
