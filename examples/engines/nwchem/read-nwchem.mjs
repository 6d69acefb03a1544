// @ts-check

/** @typedef {import('../shared/engine.mjs').Event} Event */

const scfRow = /^\s*d=\s*\d+,ls=\s*[\d.]+(?:,diis)?\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+([\d.]+)\s*$/;
const atomRow = /^\s+\d+\s+([A-Z][a-z]?)\s+[\d.]+\s+(-?\d+\.\d+)\s+(-?\d+\.\d+)\s+(-?\d+\.\d+)\s*$/;
const gradientRow = /^\s+\d+\s+[A-Z][a-z]?((?:\s+-?\d+\.\d+){6})\s*$/;
const stepRow = /^@\s+\d+\s+(?:\S+\s+)(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\S+\s*$/;

/** Of `driver`, Eh/bohr and bohr. */
const tolerances = { energy: 5e-6, maxGradient: 4.5e-4, rmsGradient: 3e-4, maxStep: 1.8e-3, rmsStep: 1.2e-3 };

/** @param {string | undefined} text Fortran's `1.00D-05`; NaN for its stars */
const toNumber = (text) => Number((text ?? '').replace(/D/i, 'e'));

/**
 * Lines that say all by themselves.
 * @type {readonly [RegExp, (groups: string[]) => Event][]}
 */
const signs = [
  [/\(NWChem\) (\d\S*)/, ([version = '']) => ({ kind: 'version', version })],
  [/^\s*nproc\s+=\s+(\d+)\s*$/, ([count]) => ({ kind: 'ranks', count: Number(count) })],
  [/^\s+Step\s+(\d+)\s*$/, ([number]) => ({ kind: 'cycle', number: Number(number) + 1 })],
  [
    scfRow,
    ([number, energy, change, density, error, seconds]) => ({
      kind: 'iteration',
      number: Number(number),
      energy: toNumber(energy),
      change: toNumber(change),
      density: toNumber(density),
      error: toNumber(error),
      seconds: Number(seconds),
    }),
  ],
  [
    /<S2> =\s+(\S+) \(Exact =\s+(\S+)\)/,
    ([s2, ideal]) => ({ kind: 'spin', s2: toNumber(s2), ideal: toNumber(ideal) }),
  ],
  [/^\s*NWChem DFT Gradient Module\s*$/, () => ({ kind: 'gradient begins' })],
  [
    stepRow,
    ([energy, maxGradient, rmsGradient, rmsStep, maxStep]) => ({
      kind: 'step',
      rows: [
        { item: 'Energy change', value: toNumber(energy), tolerance: tolerances.energy },
        { item: 'RMS gradient', value: toNumber(rmsGradient), tolerance: tolerances.rmsGradient },
        { item: 'MAX gradient', value: toNumber(maxGradient), tolerance: tolerances.maxGradient },
        { item: 'RMS step', value: toNumber(rmsStep), tolerance: tolerances.rmsStep },
        { item: 'MAX step', value: toNumber(maxStep), tolerance: tolerances.maxStep },
      ],
    }),
  ],
  [/^\s*Optimization converged\s*$/, () => ({ kind: 'optimization', converged: true })],
  [/Failed to converge in maximum number of steps/, () => ({ kind: 'optimization', converged: false })],
  [
    /^\s*Total times\s+cpu:\s+\S+\s+wall:\s+([\d.]+)s/,
    ([seconds]) => ({ kind: 'time', seconds: Number(seconds) }),
  ],
];

/**
 * Reads NWChem's output as it grows.
 * @returns {(line: string) => Event[]}
 */
export function createNwchemReader() {
  let hasFailed = false;
  let lastStep = '';
  const geometry = createTable(/Output coordinates in angstroms/, atomRow);
  const gradient = createTable(/DFT ENERGY GRADIENTS/, gradientRow);

  return (line) => {
    const atoms = geometry(line)?.map(([symbol = '', x, y, z]) => ({
      symbol,
      x: Number(x),
      y: Number(y),
      z: Number(z),
    }));
    if (atoms) return [{ kind: 'geometry', atoms }];
    const vectors = gradient(line)?.map(([numbers = '']) => readVector(numbers));
    if (vectors) return [{ kind: 'gradient', vectors }];

    // It stands above the energy, which is printed all the same.
    if (/^\s*Calculation failed to converge\s*$/.test(line)) hasFailed = true;
    const energy = /^\s*Total DFT energy =\s+(\S+)\s*$/.exec(line)?.[1];
    if (energy !== undefined) {
      const converged = !hasFailed;
      hasFailed = false;
      return [{ kind: 'scf', converged, energy: toNumber(energy) }];
    }
    // The last step is printed once more at the end.
    if (line.startsWith('@') && stepRow.test(line)) {
      if (line === lastStep) return [];
      lastStep = line;
    }
    for (const [pattern, describe] of signs) {
      const match = pattern.exec(line);
      if (match) return [describe(match.slice(1))];
    }
    return [];
  };
}

/**
 * @param {RegExp} heading
 * @param {RegExp} row
 * @returns {(line: string) => string[][] | undefined} the rows, with the line that ends the table
 */
function createTable(heading, row) {
  /** @type {string[][] | undefined} */
  let rows;
  return (line) => {
    if (heading.test(line)) rows = [];
    if (rows === undefined) return undefined;
    const match = row.exec(line);
    if (match) rows.push(match.slice(1));
    else if (rows.length > 0) {
      const whole = rows;
      rows = undefined;
      return whole;
    }
    return undefined;
  };
}

/**
 * @param {string} numbers position and gradient
 * @returns {[number, number, number]}
 */
function readVector(numbers) {
  const [x = NaN, y = NaN, z = NaN] = numbers.trim().split(/\s+/).map(Number).slice(3);
  return [x, y, z];
}
