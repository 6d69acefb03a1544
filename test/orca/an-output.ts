import { groupByClass } from '../../orca/output/collect-failures.ts';
import type { OutputFacts } from '../../orca/output/output-facts.ts';
import { createOutputReader } from '../../orca/output/read-output.ts';

export const endMarker = [
  'Sum of individual times          ...       12.475 sec (=   0.208 min)',
  '                             ****ORCA TERMINATED NORMALLY****',
  'TOTAL RUN TIME: 0 days 0 hours 1 minutes 2 seconds 30 msec',
];

export const footer = [
  'ORCA finished by error termination in LEANSCF',
  'Calling Command: mpirun -np 4  /abs/orca_leanscf_mpi orca.gbw orca ',
  '[file orca_tools/qcmsg.cpp, line 394]: ',
  '  .... aborting the run',
];

/** The head of a run: banner, version, echo, run-type banner. */
export function head(
  runBanner = 'Energy+Gradient Calculation',
  echo: string[] = ['! wB97M-V EnGrad'],
): string[] {
  return [
    '                                 *****************',
    '                                 * O   R   C   A *',
    '                                 *****************',
    '                         Program Version 6.1.0  -  RELEASE   -',
    '                                       INPUT FILE',
    'NAME = orca.inp',
    ...echo.map((line, index) => `|  ${index + 1}> ${line}`),
    `|  ${echo.length + 1}>                          ****END OF INPUT****`,
    `                     * ${runBanner} *`,
  ];
}

export function modules(ranks = 4): string {
  return `           *        Program running with ${ranks} parallel MPI-processes     *`;
}

export const converged = [
  '               *           SCF CONVERGED AFTER  17 CYCLES          *',
  'FINAL SINGLE POINT ENERGY      -814.123456789012',
  'MAX gradient       ...    0.0125000000',
];

/** As ORCA 6 prints it. */
export const scfTable = [
  '----------------------------------------D-I-I-S--------------------------------------------',
  'Iteration    Energy (Eh)           Delta-E    RMSDP     MaxDP     DIISErr   Damp  Time(sec)',
  '-------------------------------------------------------------------------------------------',
  '               ***  Starting incremental Fock matrix formation  ***',
  '    1    -624.8335788131752224     0.00e+00  1.80e-02  3.51e-01  1.62e+00  0.700   1.0',
  'Warning: op=0 Small HOMO/LUMO gap (  -1.508) - skipping pre-diagonalization',
  '         LevelShift set to 1.000 Eh',
  '    2    -623.6849601029438190     1.15e+00  1.71e-02  5.62e-01  1.19e+00  0.700   0.9',
  '                               ***Turning on AO-DIIS***',
  '    3    -624.9376329960776957    -1.25e+00  6.96e-03  2.32e-01  7.99e-01  0.700   0.9',
];

export function cycle(number: number): string {
  return `         *                GEOMETRY OPTIMIZATION CYCLE   ${number}            *`;
}

export function readText(text: string | Buffer, chunkBytes = Infinity): OutputFacts {
  const reader = createOutputReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += Math.min(chunkBytes, bytes.length)) {
    reader.push(bytes.subarray(at, Math.min(at + chunkBytes, bytes.length)));
  }
  return reader.finish();
}

export function readLines(...lines: (string | string[])[]): OutputFacts {
  return readText(`${lines.flat().join('\n')}\n`);
}

/** The classes that the whole run shows signs of, in the order of their first line. */
export const classesInRun = ({ hits }: Pick<OutputFacts, 'hits'>): string[] =>
  Object.keys(groupByClass(hits));

/** Those that count for the end of its last step. */
export const classesInStep = ({ hits }: Pick<OutputFacts, 'hits'>): string[] =>
  Object.keys(groupByClass(hits.filter(({ isInStep }) => isInStep)));
