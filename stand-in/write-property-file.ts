import { writeFileSync } from 'node:fs';
import type { System } from './describe-system.ts';
import { exponential, fixed } from './format-number.ts';
import type { Step } from './script-run.ts';
import { symbolsOf, triples } from './write-files.ts';

/** Written per module, so it is absent in killed runs; `isFinished` adds the closing status. */
export function writePropertyFile(
  base: string,
  system: System,
  step: Step,
  version: string,
  isFinished: boolean,
): void {
  const value = (name: string, type: string, text: string): string => `   &${name} [&Type "${type}"] ${text}`;
  const section = (name: string, rows: string[]): string =>
    [`$${name}`, '   &GeometryIndex 1', ...rows, '$End'].join('\n');
  const symbols = symbolsOf(system);
  const energy = exponential(step.energyHartree, 16, 26);
  const coordinates = triples(step.positions).map(
    (xyz, index) =>
      `              ${(symbols[index] ?? '').padEnd(4)}${xyz.map((number) => fixed(number, 12, 18)).join('')}`,
  );
  const sections = [
    section('Calculation_Status', [
      value('version', 'String', `"${version}"`),
      value('progName', 'String', '"LeanSCF"'),
      value('Status', 'String', isFinished ? '"NORMAL TERMINATION"' : '"RUNNING"'),
    ]),
    section('Geometry', [
      value('NAtoms', 'Integer', String(symbols.length)),
      `   &CartesianCoordinates [&Type "Coordinates", &Dim(${symbols.length},4), &Units "Bohr"] `,
      ...coordinates,
    ]),
    section('SCF_Energy', [
      value('Method', 'String', '"SCF"'),
      `   &totalEnergy [&Type "ArrayOfDoubles", &Dim (1,1)] "Total energy of each state"\n${' '.repeat(57)}0\n\n0           ${energy}`,
    ]),
    section('Single_Point_Data', [
      value('FinalEnergy', 'Double', `${energy}  "Final single point energy"`),
      value('Converged', 'Boolean', 'true'),
    ]),
    section('Calculation_Info', [
      value('Mult', 'Integer', String(system.input.multiplicity)),
      value('Charge', 'Integer', String(system.input.charge)),
      value('NumOfAtoms', 'Integer', String(symbols.length)),
      value('NumOfElectrons', 'Integer', String(system.electronCount)),
      value('NumOfBasisFuncts', 'Integer', String(system.basisFunctionCount)),
    ]),
  ];
  const bar = '*'.repeat(49);
  const title = `${'*'.repeat(18)} ORCA ${version} ${'*'.repeat(18)}`;
  writeFileSync(`${base}.property.txt`, `${[bar, title, bar, ...sections].join('\n')}\n`);
}
