import type { Calculation } from '../core/calculation.ts';
import { verdictClasses } from './failure-classes.ts';
import type { OutputFacts } from './output-facts.ts';
import { phraseReason } from './phrase-reason.ts';

/** The failed outcome's content. */
export interface Flaw {
  class: string;
  reason: string;
  retryable: boolean;
}

const runBanners: Record<Calculation['runType'], string> = {
  single_point: 'Single Point Calculation',
  gradient: 'Energy+Gradient Calculation',
  optimization: 'Geometry Optimization Run',
};

/**
 * More than 35 uranium atoms with all their electrons hold; an SCF that blew up goes far beyond. A positive
 * total energy belongs to no bound system.
 */
const lowestEnergyHartree = -1e6;

/** Why a run that printed the end marker is no success all the same; undefined when it is one. */
export function findFlaw(output: OutputFacts, runType: Calculation['runType']): Flaw | undefined {
  const energy = output.finalEnergyHartree;
  const asked = runBanners[runType];
  if (output.totalRunTimeSeconds === null)
    return flaw('result_missing', 'no TOTAL RUN TIME behind the end marker');
  if (energy === null) return flaw('result_missing', 'no FINAL SINGLE POINT ENERGY');
  if (energy === 0) return flaw('result_missing', 'FINAL SINGLE POINT ENERGY is 0');
  if (/not (?:fully )?converged/i.test(output.energyNote) || output.lastScf === 'not_converged') {
    const words = output.failuresInRun['scf_not_converged'] ?? ['the SCF has not converged'];
    return { class: 'scf_not_converged', reason: phraseReason(words), retryable: true };
  }
  if (energy < lowestEnergyHartree || energy > 0) {
    return flaw('suspicious_result', `FINAL SINGLE POINT ENERGY ${energy} is not the energy of a molecule`);
  }
  if (/_atom\d+\.inp$/.test(output.inputName ?? '')) {
    return flaw(
      'suspicious_result',
      `this is the output of a child run for an atomic guess (${output.inputName})`,
    );
  }
  // `Extrapolated Single Point Calculation` is a single point too.
  if (output.runBanner !== null && !output.runBanner.endsWith(asked)) {
    return flaw('suspicious_result', `the input asks for '${asked}', ORCA ran '${output.runBanner}'`);
  }
  return runType === 'optimization' ? findOptimizationFlaw(output) : undefined;
}

function findOptimizationFlaw({ optimization, optimizationCycles }: OutputFacts): Flaw | undefined {
  if (optimization === 'converged') return undefined;
  if (optimization === null) return flaw('suspicious_result', 'no optimization cycle was run');
  return flaw(
    'opt_not_converged',
    optimization === 'limit_reached'
      ? `The optimization did not converge but reached the maximum number of optimization cycles (${optimizationCycles})`
      : `the optimization stopped in cycle ${optimizationCycles} without a verdict`,
  );
}

function flaw(name: keyof typeof verdictClasses, reason: string): Flaw {
  return { class: name, reason, retryable: verdictClasses[name] };
}
