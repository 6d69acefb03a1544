import type { Atom } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import { atomicNumberOf } from './elements.ts';
import { findNeighbours } from './measure-distances.ts';

export interface Structure {
  /** Symbol and x, y, z in ångström. */
  readonly atoms: readonly Atom[];
  readonly charge: number;
  /** 2S+1 */
  readonly multiplicity: number;
}

/**
 * The least distance as a part of the sum of the covalent radii: 0.19 Å for H–H, 0.79 Å for U–O. The shortest bonds
 * are at 0.67 (U=O in uranyl); compressed geometries of training sets stay far above 0.3, where the SCF only blows
 * up. ORCA itself stops at 0.1 Å with `Zero distance between atoms`, which this holds for all elements.
 */
const minBondRatio = 0.3;
/** Ten micrometres: a number that slipped its column, not a place in a molecule. */
const maxCoordinateAngstrom = 1e5;

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
    checkPosition(atom, index);
    electrons += atomicNumber;
  }
  checkElectrons(electrons, charge, multiplicity);
  checkDistances(atoms);
}

function checkPosition([symbol, ...position]: Atom, index: number): void {
  const name = nameAtom(symbol, index);
  if (!position.every(Number.isFinite)) throw invalid(`${name} has a coordinate that is not a finite number`);
  if (position.some((value) => Math.abs(value) > maxCoordinateAngstrom))
    throw invalid(`${name} lies more than ${maxCoordinateAngstrom} Å from the origin`);
}

function checkElectrons(electrons: number, charge: number, multiplicity: number): void {
  if (electrons < 1)
    throw invalid(`with charge ${charge} no electron is left`, 'Correct the charge: oact set.');
  const unpaired = multiplicity - 1;
  if (unpaired > electrons) {
    throw invalid(
      `multiplicity ${multiplicity} needs ${unpaired} unpaired electrons, there are ${electrons}`,
      'Correct charge or multiplicity (2S+1): oact set.',
    );
  }
  if ((electrons - unpaired) % 2 !== 0) {
    throw invalid(
      `${electrons} electrons (charge ${charge}) cannot have multiplicity ${multiplicity}`,
      electrons % 2 === 0
        ? 'An even number of electrons has multiplicity 1, 3, 5, …: correct charge or multiplicity (oact set).'
        : 'An odd number of electrons has multiplicity 2, 4, 6, …: correct charge or multiplicity (oact set).',
    );
  }
}

function checkDistances(atoms: readonly Atom[]): void {
  const close = findNeighbours(atoms).find(({ ratio }) => ratio < minBondRatio);
  if (close === undefined) return;
  const [first, second] = [close.first, close.second].map((index) => nameAtom(atoms[index]?.[0], index));
  throw invalid(
    `${first} and ${second} are ${close.distance.toFixed(3)} Å apart; ` +
      `nearer than ${(minBondRatio * close.bond).toFixed(2)} Å cannot be meant`,
    'Correct the geometry (oact set --geometry): an atom may stand twice, or the unit may not be ångström.',
  );
}

/** `atom 3 (O)`, counted from 1 as in the lines of a geometry; ORCA counts from 0. */
function nameAtom(symbol: string | undefined, index: number): string {
  return `atom ${index + 1} (${symbol})`;
}

function invalid(message: string, hint = 'Correct geometry, charge or multiplicity: oact set.'): OactError {
  return new OactError('STRUCTURE_INVALID', message, { hint });
}
