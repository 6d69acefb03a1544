import type { RunScript } from './script-run.ts';

/** Work of the phases in units of one SCF iteration, from a real NpF3 run: startup 3 s, guess of Np 65 s, rows 3 s each, gradient 14 s. */
export const work = {
  startup: 1,
  modelGuess: 0.5,
  atomGuess: 20,
  scfIteration: 1,
  gradient: 4.5,
  relaxation: 0.2,
  properties: 0.5,
} as const;

/** The work of a whole run; an SCF that does not converge ends it early. */
export function totalWork(script: RunScript, heavyAtomCount: number): number {
  let sum = work.startup + work.atomGuess * heavyAtomCount + work.properties;
  for (const step of script.steps) {
    sum += work.modelGuess + work.scfIteration * Math.min(step.scfIterations, script.scfMaxIterations);
    if (step.scfIterations > script.scfMaxIterations) break;
    if (step.gradient) sum += work.gradient;
    if (step.cycle) sum += work.relaxation;
  }
  return sum;
}

/** The work from the first SCF row to the last: how long the ranks are needed. */
export function scfWork(script: RunScript, heavyAtomCount: number): number {
  return totalWork(script, heavyAtomCount) - work.startup - work.atomGuess * heavyAtomCount;
}
