// Finds what a chemist should look at although a run may stand.
import type { WarningKey } from '../../core/job/warning.ts';
import { renderWarning } from '../../core/job/warning.ts';
import { isPlainOptimization, kindOfRun } from '../output/find-kind.ts';
import type { OutputFacts } from '../output/output-facts.ts';
import { listSideDeaths, survivesSteps } from './side-deaths.ts';

/** What a campaign doubts, and what it does not accept; `spin` and `strict` of oact.yaml. */
export interface DoubtRules {
  /** How far <S**2> may lie from its ideal value. */
  readonly spin: {
    readonly light: number;
    /** From lanthanum on, where every UKS run is spin contaminated to some degree. */
    readonly heavy: number;
  };
  /** Warnings that a success may not have. */
  readonly strict: readonly WarningKey[];
}

export const usualDoubts: DoubtRules = { spin: { light: 0.1, heavy: 0.3 }, strict: [] };

const firstHeavy = 57;

const gradientLimitHartreePerBohr = 1;

type Doubt = readonly [key: WarningKey, words: string] | undefined;

/** What a chemist should look at although the run may stand: one sentence each, behind its key. */
export function findWarnings(output: OutputFacts, rules: DoubtRules = usualDoubts): string[] {
  const doubts: readonly Doubt[] = [
    warnOfEngine(output),
    warnOfStability(output),
    warnOfSpin(output, rules.spin),
    warnOfGradient(output),
    warnOfScf(output),
    warnOfIterations(output),
    warnOfOptimization(output),
    warnOfModes(output),
    warnOfPath(output),
    warnOfRunType(output),
    warnOfErrors(output),
    warnOfSideDeaths(output),
    warnOfEarlierRuns(output),
    warnOfDamage(output),
  ];
  return doubts.flatMap((doubt) => (doubt === undefined ? [] : renderWarning(...doubt)));
}

function warnOfEarlierRuns({ earlierRuns }: OutputFacts): Doubt {
  if (earlierRuns === 0) return undefined;
  return ['earlier_runs', `${earlierRuns} earlier ${earlierRuns === 1 ? 'run' : 'runs'} in the same output`];
}

/** Decimals that ORCA prints, and half of them: what has fewer was cut, or comes from elsewhere. */
const leastDecimals = 6;

function warnOfDamage({ hasHole, energyDecimals, finalEnergyHartree, engine }: OutputFacts): Doubt {
  if (hasHole) return ['damaged', 'a part of the output was never written: zero bytes stand in its place'];
  if (energyDecimals === null || energyDecimals >= leastDecimals || engine !== null || !finalEnergyHartree)
    return undefined;
  return ['damaged', `the final energy has ${energyDecimals} decimals instead of 12: digits may be lost`];
}

function warnOfStability({ stability }: OutputFacts): Doubt {
  if (stability !== 'unstable') return undefined;
  return ['unstable', 'the wave function is unstable: another one has a lower energy'];
}

/** Of what comes behind the SCF: coupled cluster, response, excited states. */
function warnOfIterations({ unconverged, endedNormally }: OutputFacts): Doubt {
  if (!endedNormally || unconverged.length === 0) return undefined;
  return ['unconverged', `iterations after the SCF did not converge: ${unconverged.join('; ')}`];
}

/** A minimum has no imaginary mode, a transition state has one. */
function warnOfModes({ kind: asked, runBanner, imaginaryModes, lowestMode }: OutputFacts): Doubt {
  const kind = kindOfRun(asked, runBanner);
  if (kind === null || imaginaryModes === null || lowestMode === null || !isPlainOptimization(kind))
    return undefined;
  const isSaddle = kind.includes('ts-opt');
  if (isSaddle && imaginaryModes === 1) return undefined;
  const modes = imaginaryModes === 1 ? 'one imaginary mode' : `${imaginaryModes} imaginary modes`;
  return [
    'imaginary_modes',
    `the optimized ${isSaddle ? 'transition state' : 'structure'} has ${modes}, the lowest at ${lowestMode} cm-1`,
  ];
}

function warnOfPath({ ircLimits }: OutputFacts): Doubt {
  if (ircLimits === 0) return undefined;
  return ['irc_limit', 'the reaction path was cut off at its limit of iterations: it does not end in minima'];
}

function warnOfErrors({ fatalErrors, endedNormally }: OutputFacts): Doubt {
  if (!endedNormally || fatalErrors === 0) return undefined;
  return [
    'fatal_error',
    `ORCA prints ${fatalErrors} FATAL ERROR ${fatalErrors === 1 ? 'box' : 'boxes'} and continues`,
  ];
}

function warnOfSideDeaths(output: OutputFacts): Doubt {
  const deaths = listSideDeaths(output);
  if (!output.endedNormally || deaths.length === 0 || !survivesSteps(output)) return undefined;
  return ['failed_step', `one of its steps died: ${deaths.join('; ')}`];
}

/** The stand-in has no method to name: its program name says all. An engine that names no version was not started. */
function warnOfEngine({ engine, version, methodInPlace }: OutputFacts): Doubt {
  if (engine === null || version === null || methodInPlace === null) return undefined;
  return [
    'engine',
    `computed by ${engine} ${version} (${methodInPlace}), not by ORCA: the recipe's method was replaced`,
  ];
}

function warnOfSpin(
  { spinContamination, s2, multiplicity, heaviestElement }: OutputFacts,
  limits: DoubtRules['spin'],
): Doubt {
  const spin = ((multiplicity ?? 1) - 1) / 2;
  const ideal = spin * (spin + 1);
  const deviation =
    spinContamination ?? (s2 === null || multiplicity === null ? null : Number((s2 - ideal).toFixed(6)));
  const isHeavy = (heaviestElement ?? 0) >= firstHeavy;
  const limit = isHeavy ? limits.heavy : limits.light;
  if (deviation === null || Math.abs(deviation) <= limit) return undefined;
  const shown = s2 === null ? '<S**2>' : `<S**2> is ${s2} and`;
  return [
    'spin',
    `${shown} deviates by ${deviation} from its ideal value${multiplicity === null ? '' : ` ${ideal}`}, more than ${limit}`,
  ];
}

function warnOfGradient({ maxGradientHartreePerBohr }: OutputFacts): Doubt {
  if (maxGradientHartreePerBohr === null) return undefined;
  if (Math.abs(maxGradientHartreePerBohr) <= gradientLimitHartreePerBohr) return undefined;
  return ['gradient', `the largest gradient component is ${maxGradientHartreePerBohr} Eh/bohr`];
}

function warnOfScf({ energyNote, finalEnergyHartree, hits, lastScf }: OutputFacts): Doubt {
  if (/not (?:fully )?converged/i.test(energyNote))
    return ['scf', `the final energy is marked ${energyNote}`];
  if (finalEnergyHartree === 0) return ['zero_energy', 'the final energy is 0'];
  const wasOvercome = lastScf === 'converged' && hits.some((hit) => hit.class === 'scf_not_converged');
  return wasOvercome ? ['scf', 'an SCF on the way did not converge'] : undefined;
}

/** Of a plain optimisation it is the verdict; in a scan or a path, or before the last of several, it may be one of many. */
function warnOfOptimization({ optimization, optimizationLimits, kind }: OutputFacts): Doubt {
  const isVerdict = optimization === 'limit_reached' && (kind === null || isPlainOptimization(kind));
  if (optimizationLimits === 0 || isVerdict) return undefined;
  return ['optimization_limit', 'an optimization used up its cycles'];
}

/** ORCA takes some words of the input for others, and runs less than was asked for. */
function warnOfRunType({ kind, runBanner, optimizationCycles, endedNormally }: OutputFacts): Doubt {
  if (!endedNormally || kind === null || runBanner === null) return undefined;
  const asked = kind.split('+');
  const lacksCycles = asked.some((part) => part.endsWith('opt')) && optimizationCycles === null;
  const lacksGradient = kind === 'grad' && runBanner.endsWith('Single Point Calculation');
  return lacksCycles || lacksGradient
    ? ['run_type', `the input asks for ${kind}, ORCA ran '${runBanner}'`]
    : undefined;
}
