import { renderHeading } from './render-heading.ts';
import { fixed } from './format-number.ts';

interface AtomGuess {
  symbol: string;
  atomIndex: number;
  atomicNumber: number;
  /** The command of the child run, as ORCA prints it. */
  command: string;
}

export function renderModelGuess(): string {
  return `${renderHeading('INITIAL GUESS: MODEL POTENTIAL')}Loading Hartree-Fock densities                     ... done\n`;
}

/** Printed before the silent child run for a heavy atom. */
export function renderAtomGuess(guess: AtomGuess): string {
  return `Atomic calculation to generate a density for atom ${guess.atomIndex} (${guess.symbol.padEnd(2)} with ECP)
  Command: ${guess.command}
`;
}

export const atomGuessDone = 'Returned from the atomic calculation with res=0\n';

export function renderGuessEnd(seconds: number, jobName: string): string {
  return `Now organizing SCF variables                       ... done
                      ------------------
                      INITIAL GUESS DONE (${fixed(seconds, 1, 6)} sec)
                      ------------------
             **** ENERGY FILE WAS UPDATED (${jobName}.en.tmp) ****
Finished Guess after ${fixed(seconds, 1, 5)} sec
Maximum memory used throughout the entire GUESS-calculation: 8.9 MB
`;
}

export function renderOrbitalsRead(file: string): string {
  return `${renderHeading('INITIAL GUESS: MOREAD')}Guess MOs are being read from file: ${file}
Input Geometry matches current geometry (good)
Input basis set matches current basis set (good)
MOs were renormalized
MOs were reorthogonalized (Cholesky)
`;
}

/** AutoStart looks at a gbw of the same name before a single point; the lines say what it found. */
export function renderAutoStart(file: string, hasOrbitals: boolean): string {
  const found = hasOrbitals
    ? `     ... Fine, the file contains a set of orbitals
     ... Fine, the orbitals can be read
     => possible old guess file was deleted
     => GBW file was renamed to GES file
     ... now leaving AutoStart`
    : '     ... The file does not contain orbitals - skipping AutoStart';
  return `
Checking for AutoStart:
The File: ${file} exists
Trying to determine its content:
     ... Fine, the file contains calculation information
     ... Fine, the file contains a basis set
     ... Fine, the file contains a geometry
${found}

`;
}
