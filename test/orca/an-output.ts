import type { OutputFacts } from '../../orca/output-facts.ts';
import { createOutputReader } from '../../orca/read-output.ts';

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
