import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type System, symbolsOf } from '../chemistry/describe-system.ts';
import { bohrInAngstrom } from '../chemistry/energy-surface.ts';
import { fixed, integer } from './format-number.ts';
import type { Atom } from '../input/parse-coordinates.ts';
import type { Step } from '../run/script-run.ts';
import { triples } from '../chemistry/vector.ts';

/** Scratch files of a run in progress (a real list of a DFT run); they go only at a normal end. */
const scratchNames = 'E EIJ H K PDAT S SHARK.K SHARKINP SM12 SP12 T V VEXT diis int mgrid'.split(' ');

function scratchFiles(base: string): string[] {
  return scratchNames.map((name) => `${base}.${name}.tmp`);
}

export function writeScratch(base: string): void {
  for (const file of scratchFiles(base)) writeFileSync(file, 'scratch of the oact stand-in\n');
}

export function removeScratch(base: string): void {
  for (const file of scratchFiles(base)) rmSync(file, { force: true });
}

interface Frame {
  /** bohr */
  positions: Float64Array;
  energyHartree?: number;
}

/** One frame in Å. */
function xyzFrame(base: string, symbols: string[], frame: Frame, decimals: 6 | 14): string {
  const energy = frame.energyHartree === undefined ? '' : ` E ${fixed(frame.energyHartree, 12)}`;
  const rows = triples(frame.positions).map((xyz, index) => {
    const numbers = xyz.map((value) => fixed(value * bohrInAngstrom, decimals, decimals + 8));
    return `  ${(symbols[index] ?? '').padEnd(decimals === 14 ? 6 : 2)}${numbers.join('')}`;
  });
  return `${[symbols.length, `Coordinates from ORCA-job ${path.basename(base)}${energy}`, ...rows].join('\n')}\n`;
}

/** `job.xyz` with the energy of its geometry. */
export function writeXyz(base: string, system: System, step: Step): void {
  writeFileSync(`${base}.xyz`, xyzFrame(base, symbolsOf(system), step, 14));
}

/** `job.xyz` as even a run that dies at once leaves it: the input's geometry, no energy. */
export function writeStartXyz(base: string, atoms: Atom[]): void {
  const symbols = atoms.map(({ element }) => element.symbol);
  const positions = Float64Array.from(
    atoms.flatMap(({ x, y, z }) => [x, y, z].map((value) => value / bohrInAngstrom)),
  );
  writeFileSync(`${base}.xyz`, xyzFrame(base, symbols, { positions }, 14));
}

/** Appends one frame; a killed run may leave a cut one. */
export function appendTrajectory(base: string, system: System, step: Step): void {
  appendFileSync(`${base}_trj.xyz`, xyzFrame(base, symbolsOf(system), step, 6));
}

/** Energy in Eh, gradient in Eh/bohr, coordinates in bohr. */
export function writeEngrad(base: string, system: System, step: Step, gradient: Float64Array): void {
  const atoms = triples(step.positions).map(
    (xyz, index) =>
      `${integer(system.input.atoms[index]?.element.atomicNumber ?? 0, 4)} ${xyz.map((value) => fixed(value, 7, 13)).join('')}\n`,
  );
  writeFileSync(
    `${base}.engrad`,
    renderEngradHeading('Number of atoms') +
      ` ${atoms.length}\n` +
      renderEngradHeading('The current total energy in Eh') +
      `${fixed(step.energyHartree, 12, 21)}\n` +
      renderEngradHeading('The current gradient in Eh/bohr') +
      [...gradient].map((value) => `${fixed(value, 12, 21)}\n`).join('') +
      renderEngradHeading('The atomic numbers and current coordinates in Bohr') +
      atoms.join(''),
  );
}

function renderEngradHeading(text: string): string {
  return `#\n# ${text}\n#\n`;
}

/** The optimisation's memory: sections of the older text form (ORCA 6.1's own is binary); the Hessian is a model. */
export function writeOptFile(base: string, steps: Step[]): void {
  const size = steps[0]?.positions.length ?? 0;
  const gradients = steps.flatMap(({ gradient }) => (gradient ? [gradient] : []));
  const sections = [
    '$orca_opt_file',
    `$coordinates\n ${steps.length} ${size}\n${renderVectors(
      steps.map((step) => step.positions),
      8,
    )}`,
    `$energies\n ${steps.length}\n${steps.map((step) => fixed(step.energyHartree, 16, 24)).join('\n')}`,
    `$gradients\n ${gradients.length} ${size}\n${renderVectors(gradients, 16)}`,
    `$redundant_internals\n 0 0 0 0 0`,
    `$hessian_approx\n ${size} ${size}\n diagonal 0.5`,
    '$end',
  ];
  writeFileSync(`${base}.opt`, `\n${sections.join('\n\n')}\n`);
}

function renderVectors(vectors: Float64Array[], decimals: number): string {
  return vectors
    .map((vector) => [...vector].map((value) => fixed(value, decimals, decimals + 5)).join(' '))
    .join('\n');
}

/** Small files that nobody reads, but that a job directory holds. */
export function writeRemainders(base: string): void {
  writeFileSync(`${base}.densities`, Buffer.alloc(4096, 7));
  writeFileSync(`${base}.densitiesinfo`, '');
  writeFileSync(
    `${base}.bibtex`,
    '% The oact stand-in has nothing to cite: its energies are not chemistry.\n',
  );
}
