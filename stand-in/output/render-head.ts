import type { RunType, System } from '../chemistry/describe-system.ts';
import { fixed } from './format-number.ts';
import type { Tolerances } from '../chemistry/optimize-geometry.ts';

/** The banner: where parsers look for ORCA, the version, and a line that nobody can take for ORCA's. */
export function renderBanner(version: string): string {
  return `
                                 *****************
                                 * O   R   C   A *
                                 *****************

          This is the oact stand-in for ORCA. Its energies are not chemistry.

                         Program Version ${version}  -  RELEASE  -

 This ORCA versions uses:
   no integrals, no orbitals: a Morse potential per pair of atoms

`;
}

interface StartFacts {
  startedAt: Date;
  host: string;
  processId: number;
  workingDirectory: string;
}

export function renderStartBox(facts: StartFacts): string {
  const [day = '', month = '', date = '', year = '', time = ''] = facts.startedAt.toString().split(' ');
  const bar = `  ${'*'.repeat(35)}`;
  return `
${bar}
  * Starting time: ${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}
  * Host name:     ${facts.host}
  * Process ID:    ${facts.processId}
  * Working dir.:  ${facts.workingDirectory}
${bar}

`;
}

const rule = '='.repeat(80);

/** The head of the warnings box; complaints about electrons and distances stand in it. */
export function renderWarnings(): string {
  return `${rule}
                                        WARNINGS
                       Please study these warnings very carefully!
${rule}
`;
}

export function listWarnings(system: System): string {
  const lower = system.input.words.map((word) => word.toLowerCase());
  const warnings: string[] = [];
  if (system.input.multiplicity > 1 && !lower.some((word) => /^(uks|uhf|roks|rohf)$/.test(word))) {
    warnings.push(
      'WARNING: your system is open-shell and RHF/RKS was chosen\n  ===> : WILL SWITCH to UHF/UKS',
    );
  }
  if (system.runType === 'optimization') {
    warnings.push(
      'WARNING: Geometry Optimization\n  ===> : Switching off AutoStart\n         For restart on a previous wavefunction, please use MOREAD',
    );
  }
  return `${warnings.map((warning) => `\n\n${warning}\n`).join('')}\n`;
}

/** The echo: the input as it was read, numbered. */
export function renderEcho(inputName: string, text: string): string {
  const end = '                          ****END OF INPUT****';
  const lines = text.replaceAll('\r', '').split('\n');
  const numbered = lines.map((line, index) => `|${String(index + 1).padStart(3)}> ${line}`);
  // Without a closing newline ORCA's end mark sticks to the last line.
  const closing = text.endsWith('\n')
    ? `\n|${String(lines.length + 1).padStart(3)}> ${end.slice(1)}`
    : end.slice(1);
  return `${rule}
                                       INPUT FILE
${rule}
NAME = ${inputName}
${numbered.join('\n')}${closing}
${rule}

`;
}

const runTypeTitles: Record<RunType, string> = {
  single_point: 'Single Point Calculation',
  gradient: 'Energy+Gradient Calculation',
  optimization: 'Geometry Optimization Run',
};

export function renderRunType(runType: RunType): string {
  const title = `* ${runTypeTitles[runType]} *`;
  const indent = ' '.repeat(Math.floor((74 - title.length) / 2));
  const bar = '*'.repeat(title.length);
  return `${[bar, title, bar].map((line) => indent + line).join('\n')}\n\n`;
}

export function renderOptimizationSettings(tolerances: Tolerances, maxCycles: number): string {
  return `Geometry optimization settings:
Update method            Update   .... BFGS
Choice of coordinates    CoordSys .... Cartesian
Max. no of cycles        MaxIter  .... ${maxCycles}

Convergence Tolerances:
Energy Change            TolE     ....  ${fixed(tolerances.energyChange, 8)} Eh
Max. Gradient            TolMAXG  ....  ${fixed(tolerances.maxGradient, 8)} Eh/bohr
RMS Gradient             TolRMSG  ....  ${fixed(tolerances.rmsGradient, 8)} Eh/bohr
Max. Displacement        TolMAXD  ....  ${fixed(tolerances.maxStep, 8)} bohr
RMS Displacement         TolRMSD  ....  ${fixed(tolerances.rmsStep, 8)} bohr

`;
}
