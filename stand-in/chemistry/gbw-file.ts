import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { System } from './describe-system.ts';

/**
 * The orbital file. As in ORCA's, the header is five little-endian int64: 40, then the offsets of geometry,
 * basis, orbitals and core potentials; a 0 says the part is not there (yet). The parts themselves are ours:
 * nuclear charges with coordinates, the basis size, and numbers in place of orbitals.
 */
const headerBytes = 40;
/** ORCA's own files have 650 kB of fixed tables here; nobody needs them from a stand-in. */
const tableBytes = 8192;
const orbitalHeaderBytes = 16;

/** What a restart can make of a file. */
type GbwContent = 'orbitals' | 'no_orbitals' | 'other_molecule' | 'corrupt';

interface Layout {
  geometry: number;
  basis: number;
  orbitals: number;
  corePotentials: number;
  size: number;
}

function layOut(system: System): Layout {
  const geometry = headerBytes + tableBytes;
  const basis = geometry + 8 + 32 * system.input.atoms.length;
  const orbitals = basis + 8;
  const orbitalBytes = orbitalHeaderBytes + 8 * Math.min(system.basisFunctionCount, 64) ** 2;
  const hasCorePotentials = system.coreElectrons.some((count) => count > 0);
  const corePotentials = hasCorePotentials ? orbitals + orbitalBytes : 0;
  return {
    geometry,
    basis,
    orbitals,
    corePotentials,
    size: orbitals + orbitalBytes + (hasCorePotentials ? 64 : 0),
  };
}

/** Writes the file as it is right after the input was read: geometry and basis, no orbitals. */
export function createGbw(path: string, system: System): void {
  const layout = layOut(system);
  const bytes = Buffer.alloc(layout.orbitals);
  writeHeader(bytes, { ...layout, orbitals: 0, corePotentials: 0 });
  bytes.writeBigInt64LE(BigInt(system.input.atoms.length), layout.geometry);
  for (const [index, { element, x, y, z }] of system.input.atoms.entries()) {
    const start = layout.geometry + 8 + 32 * index;
    for (const [field, value] of [element.atomicNumber, x, y, z].entries())
      bytes.writeDoubleLE(value, start + 8 * field);
  }
  bytes.writeBigInt64LE(BigInt(system.basisFunctionCount), layout.basis);
  writeFileSync(path, bytes);
}

/** Stores the orbitals of an SCF iteration in place, header last: a copy taken meanwhile may be torn. */
export function updateGbw(path: string, system: System, iteration: number, energyHartree: number): void {
  const layout = layOut(system);
  const orbitals = Buffer.alloc(layout.size - layout.orbitals, iteration % 251);
  orbitals.writeBigInt64LE(BigInt(iteration), 0);
  orbitals.writeDoubleLE(energyHartree, 8);
  const header = Buffer.alloc(headerBytes);
  writeHeader(header, layout);
  const file = openSync(path, 'r+');
  try {
    writeSync(file, orbitals, 0, orbitals.length, layout.orbitals);
    writeSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
}

/** What the file at `path` offers this molecule; undefined when there is no file. */
export function inspectGbw(path: string, system: System): GbwContent | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  if (bytes.length < headerBytes) return 'corrupt';
  const [first, geometry = 0, basis = 0, orbitals = 0, corePotentials = 0] = [0, 1, 2, 3, 4].map((index) =>
    Number(bytes.readBigInt64LE(8 * index)),
  );
  const isOffset = (value: number): boolean => value >= headerBytes && value < bytes.length;
  if (first !== headerBytes || !isOffset(geometry) || !isOffset(basis)) return 'corrupt';
  if (orbitals === 0) return 'no_orbitals';
  if (!isOffset(orbitals) || (corePotentials !== 0 && !isOffset(corePotentials))) return 'corrupt';
  return hasSameElements(bytes, geometry, system) ? 'orbitals' : 'other_molecule';
}

function hasSameElements(bytes: Buffer, geometry: number, system: System): boolean {
  const { atoms } = system.input;
  if (geometry + 8 + 32 * atoms.length > bytes.length) return false;
  if (bytes.readBigInt64LE(geometry) !== BigInt(atoms.length)) return false;
  return atoms.every(
    ({ element }, index) => bytes.readDoubleLE(geometry + 8 + 32 * index) === element.atomicNumber,
  );
}

function writeHeader(bytes: Buffer, layout: Layout): void {
  const offsets = [headerBytes, layout.geometry, layout.basis, layout.orbitals, layout.corePotentials];
  for (const [index, offset] of offsets.entries()) bytes.writeBigInt64LE(BigInt(offset), 8 * index);
}
