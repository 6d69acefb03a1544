// Finds why a run that printed its end mark is no success all the same.
import type { Calculation } from '../../core/job/calculation.ts';
import { type FailureClass, isRetryable } from '../failures/catalogue.ts';
import { isPlainOptimization, kindOfRun } from '../output/find-kind.ts';
import type { OutputFacts } from '../output/output-facts.ts';
import { phraseReason } from './phrase-reason.ts';

/** The failed outcome's content. */
export interface Flaw {
  class: FailureClass;
  reason: string;
  retryable: boolean;
}

type RunType = Calculation['runType'];

const runBanners: Record<RunType, string> = {
  single_point: 'Single Point Calculation',
  gradient: 'Energy+Gradient Calculation',
  optimization: 'Geometry Optimization Run',
};

/** Where no coordinates are printed. More than 35 uranium atoms with all their electrons hold. */
const lowestEnergyHartree = -1e6;

/** These end well without a final energy of their own. */
const manyStructures = /goat|neb|irc|md|compound/;

/** These do when they say so. */
const sayingSo = ['solvator', 'docker', 'cosmors'];

/**
 * Why a run that printed the end marker is no success all the same; undefined when it is one.
 * @param runType what was asked for; null for a run of others, which is taken at its echoed input
 */
export function findFlaw(output: OutputFacts, runType: RunType | null): Flaw | undefined {
  const energy = output.finalEnergyHartree;
  if (output.totalRunTimeSeconds === null)
    return flaw('result_missing', 'no TOTAL RUN TIME after the end marker');
  if (energy === null && (runType !== null || !mayLackEnergy(output)))
    return flaw('result_missing', 'no FINAL SINGLE POINT ENERGY');
  if (energy === 0) return flaw('result_missing', 'FINAL SINGLE POINT ENERGY is 0');
  if (/not (?:fully )?converged/i.test(output.energyNote) || output.lastScf === 'not_converged') {
    const words = output.hits.filter((hit) => hit.class === 'scf_not_converged').map(({ text }) => text);
    const said = words.length > 0 ? words : [`the SCF has not converged ${output.energyNote}`.trim()];
    return flaw('scf_not_converged', phraseReason(said));
  }
  if (energy !== null && !isPlausible(energy, output)) {
    return flaw('suspicious_result', `FINAL SINGLE POINT ENERGY ${energy} is not the energy of a molecule`);
  }
  if (/_atom\d+\.inp$/.test(output.inputName ?? '')) {
    return flaw('subjob', `this is the output of a child run for an atomic guess (${output.inputName})`);
  }
  return runType === null ? findForeignFlaw(output) : findRunTypeFlaw(output, runType);
}

function mayLackEnergy({ kind, ownSuccesses }: OutputFacts): boolean {
  const parts = (kind ?? '').split('+');
  return (
    manyStructures.test(kind ?? '') ||
    parts.some((part) => sayingSo.includes(part) && ownSuccesses.includes(part))
  );
}

/** Force fields and external programs have a zero of energy of their own, and point charges shift it by any amount. */
function isPlausible(energyHartree: number, output: OutputFacts): boolean {
  const { energyBoundHartree, keywords } = output;
  if (/extopt|mm\b|crystal/i.test(keywords ?? '') || output.hasPointCharges) return true;
  return energyHartree >= (energyBoundHartree ?? lowestEnergyHartree) && energyHartree < 0;
}

function findRunTypeFlaw(output: OutputFacts, runType: RunType): Flaw | undefined {
  const asked = runBanners[runType];
  // `Extrapolated Single Point Calculation` is a single point too.
  if (output.runBanner !== null && !output.runBanner.endsWith(asked)) {
    return flaw('suspicious_result', `the input asks for '${asked}', ORCA ran '${output.runBanner}'`);
  }
  return runType === 'optimization' ? findOptimizationFlaw(output) : undefined;
}

/** ORCA runs no cycle for a single atom, and says so. */
function findForeignFlaw(output: OutputFacts): Flaw | undefined {
  const { runBanner, atomCount } = output;
  const kind = kindOfRun(output.kind, runBanner);
  const isOptimization = kind === null ? runBanner === runBanners.optimization : isPlainOptimization(kind);
  return isOptimization && atomCount !== 1 ? findOptimizationFlaw(output) : undefined;
}

function findOptimizationFlaw(output: OutputFacts): Flaw | undefined {
  const { optimization, optimizationCycles } = output;
  if (optimization === 'converged')
    return output.isEnergyDue
      ? flaw('result_missing', 'no FINAL SINGLE POINT ENERGY of the last structure')
      : undefined;
  if (optimization === null) return flaw('suspicious_result', 'no optimization cycle was run');
  if (optimization === 'limit_reached') return describeLimit(output);
  return flaw(
    'opt_not_converged',
    `the optimization stopped in cycle ${optimizationCycles} without a verdict`,
  );
}

/** The optimisation used up its cycles. */
export function describeLimit({ optimizationCycles }: OutputFacts): Flaw {
  return flaw(
    'opt_not_converged',
    `The optimization did not converge but reached the maximum number of optimization cycles (${optimizationCycles})`,
  );
}

function flaw(name: FailureClass, reason: string): Flaw {
  return { class: name, reason, retryable: isRetryable(name) };
}
