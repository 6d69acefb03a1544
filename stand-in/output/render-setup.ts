import { renderHeading } from './render-heading.ts';
import { type System, symbolsOf } from '../chemistry/describe-system.ts';
import { bohrInAngstrom } from '../chemistry/energy-surface.ts';
import { fixed, integer } from './format-number.ts';
import { triples } from '../chemistry/vector.ts';

/** Coordinates in Å and in bohr. */
export function renderCoordinates(system: System, positions: Float64Array): string {
  const symbols = symbolsOf(system);
  const xyz = triples(positions);
  const angstrom = xyz.map(
    (row, index) =>
      `  ${(symbols[index] ?? '').padEnd(4)}${row.map((value) => fixed(value * bohrInAngstrom, 6, 12)).join('')}\n`,
  );
  const bohr = xyz.map((row, index) => {
    const element = system.input.atoms[index]?.element;
    const core = system.coreElectrons[index] ?? 0;
    const charge = `${fixed((element?.atomicNumber ?? 0) - core, 4, 8)}${core > 0 ? '*' : ' '}`;
    return `${integer(index, 4)} ${(symbols[index] ?? '').padEnd(2)}  ${charge}   0 ${fixed(element?.mass ?? 0, 3, 9)}${row.map((value) => fixed(value, 6, 12)).join('')}\n`;
  });
  const note = system.coreElectrons.some((count) => count > 0) ? '* core charge reduced due to ECP\n' : '';
  return `${renderHeading('CARTESIAN COORDINATES (ANGSTROEM)')}${angstrom.join('')}
${renderHeading('CARTESIAN COORDINATES (A.U.)')}  NO LB      ZA    FRAG     MASS         X           Y           Z
${bohr.join('')}${note}
`;
}

export function renderBasis(system: System): string {
  const symbols = symbolsOf(system);
  const groups = [...new Set(symbols)];
  const atoms = symbols.map(
    (symbol, index) =>
      `Atom ${integer(index, 3)}${symbol.padEnd(4)} basis set group => ${integer(groups.indexOf(symbol) + 1, 3)}\n`,
  );
  const potentials = groups.flatMap((symbol, index) => {
    const core = system.coreElectrons[symbols.indexOf(symbol)] ?? 0;
    return core > 0
      ? [` Group ${index + 1}, Type ${symbol.padEnd(2)} ECP (replacing ${core} core electrons)\n`]
      : [];
  });
  const ecp =
    potentials.length > 0 ? `${renderHeading('ECP PARAMETER INFORMATION')}\n${potentials.join('')}\n` : '';
  return `${renderHeading('BASIS SET INFORMATION')}There are ${groups.length} groups of distinct atoms\n\n${atoms.join('')}${ecp}\n`;
}

/** Printed before every module of a parallel run. */
export function renderParallelBox(processCount: number): string {
  if (processCount === 1) return '';
  const bar = `           ${'*'.repeat(60)}`;
  return `

${bar}
           *        Program running with ${processCount} parallel MPI-processes     *
           *              working on a common directory               *
${bar}
`;
}

export function renderStartup(system: System): string {
  const bar = '-'.repeat(78);
  return `${bar}
                             ORCA STARTUP CALCULATIONS
                           -- RI-GTO INTEGRALS CHOSEN --
${bar}

Number of atoms                             ... ${integer(system.input.atoms.length, 6)}
Number of basis functions                   ... ${integer(system.basisFunctionCount, 6)}

`;
}

export function renderStartupEnd(seconds: number): string {
  return `SHARK setup successfully completed in ${fixed(seconds, 1, 5)} seconds

Maximum memory used throughout the entire STARTUP-calculation: 12.4 MB
`;
}

/** The settings that the guess module prints, with the electron count that parsers read. */
export function renderGuessSettings(system: System, maxIterations: number, jobName: string): string {
  const bar = '-'.repeat(79);
  return `${bar}
                                 ORCA GUESS
                   Start orbitals & Density for SCF / CASSCF
${bar}

${renderHeading('SCF SETTINGS')}
General Settings:
 Integral files         IntName         .... ${jobName}
 Hartree-Fock type      HFTyp           .... ${system.isUnrestricted ? 'UHF' : 'RHF'}
 Total Charge           Charge          .... ${integer(system.input.charge, 4)}
 Multiplicity           Mult            .... ${integer(system.input.multiplicity, 4)}
 Number of Electrons    NEL             .... ${integer(system.electronCount, 4)}
 Basis Dimension        Dim             .... ${integer(system.basisFunctionCount, 4)}

SCF Procedure:
 Maximum # iterations   MaxIter         .... ${integer(maxIterations, 5)}
 Max core memory                        .... ${integer(system.input.settings.maxcore ?? 4000, 5)} MB

Convergence Tolerance:
 Energy Change          TolE            ....  1.000e-08 Eh
 DIIS Error             TolErr          ....  5.000e-07

`;
}
