import { enterPhase, type ProgressState } from './progress-state.ts';

/** Heading of the iterations, in all versions; other solvers have tables of other columns. */
export const scfTablePhrase = ' delta-e ';
const heading = /^\s*ITER(?:ATION)?\s+Energy(?: \(Eh\))?\s+Delta-E\s/i;

/** Number, energy, energy change, and more numbers. Lines of matrices have no whole number and an energy in front. */
const row = /^\s+(\d{1,6})\s+(-?\d{1,12}\.\d+)\s+(-?\d{1,12}\.\d+(?:e[+-]\d{1,2})?)\s+\d\S*\s/i;

/** A remark between rows has a few lines; what is longer is no table any more. */
const longestRemark = 200;

/** Reads the table of an SCF's iterations, which holds remarks of all kinds between its rows. */
export interface ScfTableReader {
  /** @returns whether the table continues: the next line must be shown, too */
  read(state: ProgressState, text: string): boolean;
}

export function createScfTableReader(): ScfTableReader {
  let isOpen = false;
  let linesWithoutRow = 0;
  return {
    read(state, text) {
      if (heading.test(text)) {
        isOpen = true;
        linesWithoutRow = 0;
        if (!state.isScfOpen) beginScf(state);
        return true;
      }
      if (!isOpen) return false;
      const [, iteration, energy, change] = row.exec(text) ?? [];
      if (iteration === undefined) linesWithoutRow += 1;
      else {
        linesWithoutRow = 0;
        noteIteration(state, Number(iteration), Number(energy), Number(change));
      }
      isOpen = state.isScfOpen && linesWithoutRow < longestRemark;
      return isOpen;
    },
  };
}

/** The next row is the first of a new SCF. */
export function beginScf(state: ProgressState): void {
  enterPhase(state, 'SCF');
  state.isScfOpen = true;
  state.lastEnergy = null;
  const number = (state.scf?.number ?? 0) + 1;
  state.scf = { number, iteration: 0, limit: state.scfLimit, energyChange: null, converged: null };
}

/** @param change as printed; what the first row prints is the energy itself or nothing */
export function noteIteration(
  state: ProgressState,
  iteration: number,
  energy: number,
  change?: number,
): void {
  if (!state.isScfOpen) beginScf(state);
  if (!state.scf) return;
  state.phase = 'SCF';
  state.scf.iteration = iteration;
  if (state.lastEnergy !== null) state.scf.energyChange = change ?? energy - state.lastEnergy;
  state.lastEnergy = energy;
}
