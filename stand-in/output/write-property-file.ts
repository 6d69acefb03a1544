import { writeFileSync } from 'node:fs';
import { symbolsOf } from '../chemistry/describe-system.ts';
import { exponential, fixed } from './format-number.ts';
import type { RunContext } from '../run/run-context.ts';
import type { Step } from '../run/script-run.ts';
import { triples } from '../chemistry/vector.ts';

/** Written per module, so it is absent in killed runs; `isFinished` adds the closing status. */
export function writePropertyFile(
  { base, system, version, facts }: Pick<RunContext, 'base' | 'system' | 'version' | 'facts'>,
  step: Step,
  isFinished: boolean,
): void {
  const symbols = symbolsOf(system);
  const energy = exponential(step.energyHartree, 16, 26);
  const coordinates = triples(step.positions).map(
    (xyz, index) =>
      `              ${(symbols[index] ?? '').padEnd(4)}${xyz.map((number) => fixed(number, 12, 18)).join('')}`,
  );
  const sections = [
    renderSection('Calculation_Status', [
      field('version', 'String', `"${version}"`),
      field('progName', 'String', '"LeanSCF"'),
      field('Status', 'String', isFinished ? '"NORMAL TERMINATION"' : '"RUNNING"'),
    ]),
    renderSection('Geometry', [
      field('NAtoms', 'Integer', String(symbols.length)),
      `   &CartesianCoordinates [&Type "Coordinates", &Dim(${symbols.length},4), &Units "Bohr"] `,
      ...coordinates,
    ]),
    renderSection('SCF_Energy', [
      field('Method', 'String', '"SCF"'),
      `   &totalEnergy [&Type "ArrayOfDoubles", &Dim (1,1)] "Total energy of each state"\n${' '.repeat(57)}0\n\n0           ${energy}`,
    ]),
    renderSection('Single_Point_Data', [
      field('FinalEnergy', 'Double', `${energy}  "Final single point energy"`),
      field('Converged', 'Boolean', 'true'),
    ]),
    renderSection('Calculation_Info', [
      field('Mult', 'Integer', String(system.input.multiplicity)),
      field('Charge', 'Integer', String(system.input.charge)),
      field('NumOfAtoms', 'Integer', String(symbols.length)),
      field('NumOfElectrons', 'Integer', String(system.electronCount)),
      field('NumOfBasisFuncts', 'Integer', String(system.basisFunctionCount)),
    ]),
  ];
  const bar = '*'.repeat(49);
  const title = `${'*'.repeat(18)} ORCA ${version} ${'*'.repeat(18)}`;
  writeFileSync(`${base}${facts.dialect.propertySuffix}`, `${[bar, title, bar, ...sections].join('\n')}\n`);
}

function field(name: string, type: string, text: string): string {
  return `   &${name} [&Type "${type}"] ${text}`;
}

function renderSection(name: string, rows: string[]): string {
  return [`$${name}`, '   &GeometryIndex 1', ...rows, '$End'].join('\n');
}
