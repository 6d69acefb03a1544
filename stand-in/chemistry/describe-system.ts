import { countCoreElectrons } from '../input/assign-basis.ts';
import { isActinide } from './elements.ts';
import { noElectronsError, parityError, zeroDistanceError } from '../input/input-error.ts';
import { classifyWord } from '../input/known-words.ts';
import type { OrcaInput } from '../input/parse-input.ts';

export type RunType = 'single_point' | 'gradient' | 'optimization';

/** What the input asks for, after the checks of ORCA's front end. */
export interface System {
  input: OrcaInput;
  runType: RunType;
  /** Electrons outside effective core potentials. */
  electronCount: number;
  /** Core electrons taken by the potential of each atom. */
  coreElectrons: number[];
  basisFunctionCount: number;
  isUnrestricted: boolean;
  /** Same molecule, method and state give the same text, whatever the resources and the converger. */
  identity: string;
}

const minimumDistanceAngstrom = 0.1;

/** Throws InputError as ORCA's front end does for electrons, multiplicity and distances. */
export function describeSystem(input: OrcaInput): System {
  const coreElectrons = input.atoms.map((atom) => countCoreElectrons(input, atom.element.symbol));
  const nuclear = input.atoms.reduce((sum, atom) => sum + atom.element.atomicNumber, 0);
  const electronCount = nuclear - input.charge - coreElectrons.reduce((sum, count) => sum + count, 0);
  if (electronCount <= 0) throw noElectronsError();
  if ((electronCount + input.multiplicity) % 2 === 0) throw parityError(input.multiplicity, electronCount);
  checkDistances(input);
  return {
    input,
    runType: findRunType(input.words),
    electronCount,
    coreElectrons,
    basisFunctionCount: input.atoms.reduce(
      (sum, atom) => sum + countBasisFunctions(atom.element.atomicNumber),
      0,
    ),
    isUnrestricted:
      input.multiplicity > 1 || input.words.some((word) => /^(uks|uhf|unrestricted)$/i.test(word)),
    identity: identify(input),
  };
}

/** ORCA runs only the gradient when the line holds both `Opt` and `EnGrad` (seen in a real file). */
function findRunType(words: string[]): RunType {
  const lower = words.map((word) => word.toLowerCase());
  if (lower.includes('engrad')) return 'gradient';
  return lower.some((word) => word.endsWith('opt')) ? 'optimization' : 'single_point';
}

function checkDistances(input: OrcaInput): void {
  for (const [second, b] of input.atoms.entries()) {
    for (const [first, a] of input.atoms.slice(0, second).entries()) {
      const distance = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
      if (distance < minimumDistanceAngstrom) throw zeroDistanceError(first, second);
    }
  }
}

/** Sizes of the sets of our recipes, near enough: they only shape printed numbers. */
function countBasisFunctions(atomicNumber: number): number {
  if (isActinide(atomicNumber)) return 103;
  if (atomicNumber <= 2) return 9;
  if (atomicNumber <= 10) return 40;
  return atomicNumber <= 18 ? 46 : 50;
}

function identify(input: OrcaInput): string {
  const shaping = input.words.filter((word) => ['method', 'basis'].includes(classifyWord(word)));
  const bases = [...input.settings.basisOf, ...input.settings.corePotentialOf].map((pair) => pair.join('='));
  const atoms = input.atoms.map(({ element, x, y, z }) => `${element.symbol} ${x} ${y} ${z}`);
  const method = [...shaping, ...bases].map((word) => word.toLowerCase()).toSorted();
  return [input.charge, input.multiplicity, ...method, ...atoms].join('\n');
}

export function symbolsOf(system: System): string[] {
  return system.input.atoms.map(({ element }) => element.symbol);
}
