import { type System, symbolsOf } from '../chemistry/describe-system.ts';
import { fixed, integer } from './format-number.ts';
import type { Module } from '../run/pace-run.ts';
import { numberFrom } from '../chemistry/seeded-numbers.ts';
import { dot, largestComponent, rootMeanSquare, triples } from '../chemistry/vector.ts';

export function renderFinalEnergy(energyHartree: number): string {
  const bar = `${'-'.repeat(25)}   ${'-'.repeat(20)}`;
  return `
${bar}
FINAL SINGLE POINT ENERGY ${fixed(energyHartree, 12, 21)}
${bar}

`;
}

/** Mulliken and Loewdin charges; they add up to the charge and to the unpaired electrons. */
export function renderPopulations(system: System): string {
  return ['MULLIKEN', 'LOEWDIN'].map((name) => renderPopulation(system, name)).join('');
}

function renderPopulation(system: System, name: string): string {
  const symbols = symbolsOf(system);
  const noise = symbols.map((symbol, index) => 0.4 * (numberFrom(`${name} ${symbol} ${index}`) - 0.5));
  const shift = (system.input.charge - noise.reduce((sum, value) => sum + value, 0)) / symbols.length;
  const charges = closeSum(
    noise.map((value) => value + shift),
    system.input.charge,
  );
  const unpaired = system.input.multiplicity - 1;
  const heaviest = system.input.atoms.reduce(
    (best, { element }, index, atoms) =>
      element.atomicNumber > (atoms[best]?.element.atomicNumber ?? 0) ? index : best,
    0,
  );
  const rows = symbols.map((symbol, index) => {
    const spin = system.isUnrestricted ? fixed(index === heaviest ? unpaired : 0, 6, 12) : '';
    return `${integer(index, 4)} ${symbol.padEnd(2)}:${fixed(charges[index] ?? 0, 6, 12)}${spin}\n`;
  });
  const title = `${name} ATOMIC CHARGES${system.isUnrestricted ? ' AND SPIN POPULATIONS' : ''}`;
  const bar = '-'.repeat(title.length);
  const sums = system.isUnrestricted
    ? `Sum of atomic charges         : ${fixed(system.input.charge, 7, 12)}\nSum of atomic spin populations: ${fixed(unpaired, 7, 12)}\n`
    : `Sum of atomic charges: ${fixed(system.input.charge, 7, 12)}\n`;
  return `\n${bar}\n${title}\n${bar}\n${rows.join('')}${sums}`;
}

/** Rounds to the six printed digits and puts what is left of `total` on the first value. */
function closeSum(values: number[], total: number): number[] {
  const rounded = values.map((value) => Number(value.toFixed(6)));
  const left = total - rounded.reduce((sum, value) => sum + value, 0);
  return rounded.map((value, index) => (index === 0 ? value + left : value));
}

export function renderGradientHead(): string {
  const bar = '-'.repeat(78);
  return `${bar}
                         ORCA SCF GRADIENT CALCULATION
${bar}

Nuc. rep. gradient        (SHARK) ... done (  0.0 sec)
`;
}

export function renderGradient(system: System, gradient: Float64Array, seconds: number): string {
  const symbols = symbolsOf(system);
  const rows = triples(gradient).map(
    (xyz, index) =>
      `${integer(index + 1, 4)}   ${(symbols[index] ?? '').padEnd(3)} :${xyz.map((value) => fixed(value, 9, 15)).join('')}\n`,
  );
  return `
------------------
CARTESIAN GRADIENT
------------------

${rows.join('')}
Norm of the Cartesian gradient     ... ${fixed(Math.sqrt(dot(gradient, gradient)), 10, 15)}
RMS gradient                       ... ${fixed(rootMeanSquare(gradient), 10, 15)}
MAX gradient                       ... ${fixed(largestComponent(gradient), 10, 15)}

Total SCF gradient time     ....${fixed(seconds, 3, 13)} sec

Maximum memory used throughout the entire SCFGRAD-calculation: 30.2 MB
`;
}

export function renderProperties(system: System): string {
  const bar = '-'.repeat(78);
  return `${bar}
                              ORCA PROPERTY CALCULATIONS
${bar}

Number of atoms                         ... ${integer(system.input.atoms.length, 6)}
Number of basis functions               ... ${integer(system.basisFunctionCount, 6)}

Magnitude (a.u.)       :${fixed(4 * numberFrom(`${system.identity} dipole`), 9, 16)}

`;
}

/** The closing table of times; `sections` in ORCA's order, seconds. */
export function renderTimings(sections: { module: Module; seconds: number }[]): string {
  const sum = sections.reduce((total, { seconds }) => total + seconds, 0);
  const rows = sections.map(
    ({ module, seconds }) =>
      `${renderTime(module, seconds)} ${fixed(sum > 0 ? (100 * seconds) / sum : 0, 1, 5)} %\n`,
  );
  return `Timings for individual modules:

${renderTime('Sum of individual times', sum)}
${rows.join('')}`;
}

function renderTime(name: string, seconds: number): string {
  return `${name.padEnd(32)} ... ${fixed(seconds, 3, 12)} sec (= ${fixed(seconds / 60, 3, 7)} min)`;
}

export const normalEnd = '                             ****ORCA TERMINATED NORMALLY****\n';

export function renderRunTime(totalMilliseconds: number): string {
  const whole = Math.floor(totalMilliseconds);
  const seconds = Math.floor(whole / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  return `TOTAL RUN TIME: ${days} days ${hours} hours ${Math.floor(seconds / 60) % 60} minutes ${seconds % 60} seconds ${whole % 1000} msec\n`;
}
