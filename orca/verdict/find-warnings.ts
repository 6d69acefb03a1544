import { isPlainOptimization } from '../output/find-kind.ts';
import type { OutputFacts } from '../output/output-facts.ts';

/** From lanthanum on every UKS run is spin contaminated to some degree. */
const spinLimit = { light: 0.1, heavy: 0.3, firstHeavy: 57 };

const gradientLimitHartreePerBohr = 1;

/** What a chemist should look at although the run may stand, one sentence each. */
export function findWarnings(output: OutputFacts): string[] {
  return [
    warnOfEngine(output),
    warnOfSpin(output),
    warnOfGradient(output),
    warnOfScf(output),
    warnOfOptimization(output),
    warnOfRunType(output),
    output.earlierRuns > 0 &&
      `${output.earlierRuns} earlier ${output.earlierRuns === 1 ? 'run' : 'runs'} in the same output`,
  ].filter((warning) => warning !== false && warning !== undefined);
}

/** The stand-in has no method to name: its program name says all. An engine that names no version was not started. */
function warnOfEngine({ engine, version, methodInPlace }: OutputFacts): string | undefined {
  if (engine === null || version === null || methodInPlace === null) return undefined;
  return `computed by ${engine} ${version} (${methodInPlace}), not by ORCA: the recipe's method was replaced`;
}

function warnOfSpin({ spinContamination, heaviestElement }: OutputFacts): string | undefined {
  const limit = (heaviestElement ?? 0) >= spinLimit.firstHeavy ? spinLimit.heavy : spinLimit.light;
  if (spinContamination === null || Math.abs(spinContamination) <= limit) return undefined;
  return `<S**2> deviates by ${spinContamination} from its ideal value`;
}

function warnOfGradient({ maxGradientHartreePerBohr }: OutputFacts): string | undefined {
  if (maxGradientHartreePerBohr === null) return undefined;
  if (Math.abs(maxGradientHartreePerBohr) <= gradientLimitHartreePerBohr) return undefined;
  return `the largest gradient component is ${maxGradientHartreePerBohr} Eh/bohr`;
}

function warnOfScf({
  energyNote,
  finalEnergyHartree,
  failuresInRun,
  lastScf,
}: OutputFacts): string | undefined {
  if (/not (?:fully )?converged/i.test(energyNote)) return `the final energy is marked ${energyNote}`;
  if (finalEnergyHartree === 0) return 'the final energy is 0';
  const wasOvercome = lastScf === 'converged' && failuresInRun['scf_not_converged'] !== undefined;
  return wasOvercome ? 'an SCF on the way did not converge' : undefined;
}

/** Of a plain optimisation it is the verdict; in a scan or a path it may be one of many. */
function warnOfOptimization({ optimization, kind }: OutputFacts): string | undefined {
  if (optimization !== 'limit_reached' || kind === null || isPlainOptimization(kind)) return undefined;
  return 'an optimization used up its cycles';
}

/** ORCA takes some words of the input for others, and runs less than was asked for. */
function warnOfRunType({
  kind,
  runBanner,
  optimizationCycles,
  endedNormally,
}: OutputFacts): string | undefined {
  if (!endedNormally || kind === null || runBanner === null) return undefined;
  const asked = kind.split('+');
  const lacksCycles = asked.some((part) => part.endsWith('opt')) && optimizationCycles === null;
  const lacksGradient = kind === 'grad' && runBanner.endsWith('Single Point Calculation');
  return lacksCycles || lacksGradient ? `the input asks for ${kind}, ORCA ran '${runBanner}'` : undefined;
}
