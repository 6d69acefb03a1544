import type { Atom } from '../core/calculation.ts';
import { OactError } from '../core/errors.ts';
import { atomicNumberOf } from './elements.ts';

export interface Structure {
  /** Symbol and x, y, z in ångström. */
  readonly atoms: readonly Atom[];
  readonly charge: number;
  /** 2S+1 */
  readonly multiplicity: number;
}

/** Closer than any bond by far: ORCA stops with `Zero distance between atoms`, or the SCF blows up. */
const minDistanceAngstrom = 0.1;

/**
 * Refuses what ORCA would refuse after its start, so that it costs no slot. ECP cores hold even numbers of
 * electrons, so parity can be checked on all electrons.
 * @throws OactError STRUCTURE_INVALID
 */
export function checkStructure({ atoms, charge, multiplicity }: Structure): void {
  if (atoms.length === 0) throw invalid('there are no atoms');
  if (!Number.isInteger(charge)) throw invalid(`the charge ${charge} is not a whole number`);
  if (!Number.isInteger(multiplicity) || multiplicity < 1) {
    throw invalid(`the multiplicity ${multiplicity} is not a whole number of 1 or more (it is 2S+1)`);
  }
  let electrons = -charge;
  for (const [index, atom] of atoms.entries()) {
    const atomicNumber = atomicNumberOf(atom[0]);
    if (atomicNumber === undefined) throw invalid(`atom ${index + 1}: '${atom[0]}' is not an element`);
    if (!atom.slice(1).every(Number.isFinite)) {
      throw invalid(`${nameAtom(atoms, index)} has a coordinate that is not a finite number`);
    }
    electrons += atomicNumber;
  }
  checkElectrons(electrons, charge, multiplicity);
  checkDistances(atoms);
}

function checkElectrons(electrons: number, charge: number, multiplicity: number): void {
  if (electrons < 1) throw invalid(`with charge ${charge} no electron is left`);
  const unpaired = multiplicity - 1;
  if (unpaired > electrons) {
    throw invalid(
      `multiplicity ${multiplicity} needs ${unpaired} unpaired electrons, there are ${electrons}`,
    );
  }
  if ((electrons - unpaired) % 2 !== 0) {
    throw invalid(`${electrons} electrons (charge ${charge}) cannot have multiplicity ${multiplicity}`);
  }
}

function checkDistances(atoms: readonly Atom[]): void {
  const limit = minDistanceAngstrom ** 2;
  for (const [second, [, x, y, z]] of atoms.entries()) {
    for (let first = 0; first < second; first += 1) {
      const other = atoms[first];
      if (other === undefined) continue;
      const squared = (x - other[1]) ** 2 + (y - other[2]) ** 2 + (z - other[3]) ** 2;
      if (squared >= limit) continue;
      const distance = Math.sqrt(squared).toFixed(3);
      throw invalid(`${nameAtom(atoms, first)} and ${nameAtom(atoms, second)} are ${distance} Å apart`);
    }
  }
}

/** `atom 3 (O)`, counted from 1 as in the lines of a geometry; ORCA counts from 0. */
function nameAtom(atoms: readonly Atom[], index: number): string {
  return `atom ${index + 1} (${atoms[index]?.[0]})`;
}

function invalid(message: string): OactError {
  return new OactError('STRUCTURE_INVALID', message, {
    hint: 'Correct geometry, charge or multiplicity of the record.',
  });
}
