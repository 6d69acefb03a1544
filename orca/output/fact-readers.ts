import { doubtReaders } from './doubt-readers.ts';
import type { FactReader } from './fact-reader.ts';
import type { OutputFacts } from './output-facts.ts';

const secondsOf = [86_400, 3600, 60, 1, 0.001] as const;

/** Where the same thing is said again (each cycle of an optimisation), the last word counts. */
export const factReaders: readonly FactReader[] = [
  {
    phrase: 'program version',
    pattern: /Program Version\s+(\S+)/,
    take: (facts, [version]) => void (facts.version = version ?? null),
  },
  {
    phrase: 'oact stand-in',
    pattern: /oact stand-in/i,
    take: (facts) => void (facts.engine = 'stand-in'),
  },
  {
    // Another program behind ORCA's door, as those of examples/engines say it.
    phrase: 'behind an orca-shaped front',
    pattern: /^\s*(\S+) behind an ORCA-shaped front: this is not ORCA/,
    take: (facts, [engine]) => void (facts.engine = engine ?? null),
  },
  {
    phrase: "method in place of the input's",
    pattern: /^\s*Method in place of the input's:\s+(\S.*?)\s*$/,
    take: (facts, [method]) => void (facts.methodInPlace = method ?? null),
  },
  {
    phrase: ' calculation *',
    pattern: /^\s*\*\s+(\S.*Calculation)\s+\*\s*$/,
    take: (facts, [banner]) => void (facts.runBanner ??= banner ?? null),
  },
  {
    phrase: ' optimization run *',
    pattern: /^\s*\*\s+(\S.*Run)\s+\*\s*$/,
    take: (facts, [banner]) => void (facts.runBanner ??= banner ?? null),
  },
  {
    phrase: 'program running with',
    pattern: /Program running with\s+(\d+)\s+parallel MPI/,
    take: (facts, [ranks]) => void (facts.ranks = Number(ranks)),
  },
  {
    phrase: 'total charge',
    pattern: /Total Charge\s+Charge\s+\.+\s+(-?\d+)\s*$/,
    take: (facts, [charge]) => void (facts.charge = Number(charge)),
  },
  {
    phrase: 'multiplicity',
    pattern: /Multiplicity\s+Mult\s+\.+\s+(\d+)\s*$/,
    take: (facts, [multiplicity]) => void (facts.multiplicity = Number(multiplicity)),
  },
  {
    // ORCA 5 and later; it comes after the first table of coordinates.
    phrase: 'number of atoms',
    pattern: /Number of atoms\s+\.+\s+(\d+)\s*$/,
    take: (facts, [count]) => {
      if (facts.hasAtomCount) return;
      // The first is the molecule asked for; a solvent, or a fragment, comes later.
      facts.atomCount = Number(count);
      facts.hasAtomCount = true;
    },
  },
  {
    phrase: 'final single point energy',
    pattern: /FINAL SINGLE POINT ENERGY(?:\s*(\([^)]*\)))?(.*)/,
    take: (facts, [name, rest = '']) => {
      // COSMO-RS, SOLVATOR and DOCKER compute the solvent, too.
      if (/^\(solvent/i.test(name ?? '')) return;
      // Digits that were cut off, or torn apart by a line of another process, are no energy: -76 would look like one.
      const [, energy, decimals, note] = /^\s+(-?\d+\.(\d+))(?:\s+(?!\d)(.*)|)$/.exec(rest.trimEnd()) ?? [];
      facts.finalEnergyHartree = parseNumber(energy);
      facts.energyDecimals = decimals?.length ?? null;
      facts.energyNote = `${name ?? ''} ${energy === undefined ? rest : (note ?? '')}`.trim();
      facts.energyCount += 1;
      facts.isEnergyDue = false;
    },
  },
  {
    phrase: 'final energy evaluation at the stationary point',
    pattern: /FINAL ENERGY EVALUATION AT THE STATIONARY POINT/,
    take: (facts) => void (facts.isEnergyDue = true),
  },
  {
    // The Cartesian gradient; the convergence table's line of that name ends in YES or NO.
    phrase: 'max gradient',
    pattern: /MAX gradient\s+\.\.\.\s+(\S+)\s*$/,
    take: (facts, [gradient]) => void (facts.maxGradientHartreePerBohr = parseNumber(gradient)),
  },
  {
    phrase: 'scf converged after',
    pattern: /SCF CONVERGED AFTER\s+(\d+)\s+CYCLES/,
    take: (facts, [cycles]) => {
      facts.scfCycles = (facts.scfCycles ?? 0) + Number(cycles);
      facts.scfCyclesOfEach.push(Number(cycles));
      if (facts.scfCyclesOfEach.length > 10) facts.scfCyclesOfEach.shift();
      facts.lastScfCycles = Number(cycles);
      facts.lastScf = 'converged';
    },
  },
  {
    phrase: 'scf not converged after',
    pattern: /SCF NOT CONVERGED AFTER\s+(\d+)\s+CYCLES/,
    take: (facts, [cycles]) => {
      facts.lastScfCycles = Number(cycles);
      facts.lastScf = 'not_converged';
    },
  },
  {
    phrase: 'geometry optimization cycle',
    pattern: /GEOMETRY OPTIMIZATION CYCLE\s+\d+/,
    take: (facts) => {
      // Not ORCA's number: each step of a scan counts from 1 again.
      facts.optimizationCycles = (facts.optimizationCycles ?? 0) + 1;
      facts.optimization = 'running';
      facts.isEnergyDue = true;
    },
  },
  {
    phrase: 'did not converge but reached the maximum',
    pattern: /optimization did not converge but reached the maximum/,
    take: (facts) => {
      facts.optimization = 'limit_reached';
      facts.optimizationLimits += 1;
    },
  },
  { phrase: 'optimization run done', pattern: /OPTIMIZATION RUN DONE/, take: acceptOptimization },
  { phrase: '**hurray*', pattern: /\*HURRAY\*/, take: acceptOptimization },
  {
    phrase: 'optimization has converged',
    pattern: /\*{3}\s+THE .*OPTIMIZATION HAS CONVERGED/,
    take: acceptOptimization,
  },
  ...doubtReaders,
  {
    // `$new_job`: several molecules in one run, of which the last one counts.
    phrase: ' job number ',
    pattern: /\${5,}\s+JOB NUMBER\s+\d+\s+\${5,}/,
    take: (facts) => void (facts.hasAtomCount = false),
  },
  {
    phrase: 'expectation value of <s**2>',
    pattern: /Expectation value of <S\*\*2>\s+:\s+(\S+)\s*$/,
    take: (facts, [s2]) => void (facts.s2 = parseNumber(s2)),
  },
  {
    phrase: 'deviation ',
    pattern: /^\s*Deviation\s+:\s+(\S+)\s*$/,
    take: (facts, [deviation]) => void (facts.spinContamination = parseNumber(deviation)),
  },
  {
    phrase: 'sum of individual times',
    pattern: /Sum of individual times\s+\.+\s+(\S+)\s+sec/,
    take: (facts, [seconds]) => void (facts.sumOfTimesSeconds = parseNumber(seconds)),
  },
  {
    phrase: 'orca terminated normally',
    closesItself: true,
    pattern: /\*\*\*\*ORCA TERMINATED NORMALLY\*\*\*\*/,
    take: (facts) => void (facts.endedNormally = true),
  },
  {
    phrase: 'total run time',
    closesItself: true,
    pattern: /TOTAL RUN TIME:\s+(\d+) days (\d+) hours (\d+) minutes (\d+) seconds (\d+) msec/,
    take: (facts, parts) => {
      const seconds = secondsOf.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0);
      facts.totalRunTimeSeconds = Math.round(seconds * 1000) / 1000;
    },
  },
];

/** `RUN DONE` is also printed after the limit was reached: that verdict stands until the next cycle. */
function acceptOptimization(facts: OutputFacts): void {
  if (facts.optimization !== 'limit_reached') facts.optimization = 'converged';
}

/** null for `nan`, `inf` and stars, which must not be taken for the number printed before. */
function parseNumber(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) ? value : null;
}
