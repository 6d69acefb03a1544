// @ts-check

/** @typedef {import('../shared/engine.mjs').Event} Event */

const scfRow =
  /^\s+(\d+)\s+(-?\d+\.\d+)\s+(-?\d\.\d+E[+-]\d+)\s+(\d\.\d+E[+-]\d+)\s+-?\d+\.\d+\s+(\d+\.\d+)\s+[TF]\s*$/;

/**
 * Reads xtb's output as it grows. The energies of its iterations lack the repulsion of the atoms; the total has it.
 * @returns {(line: string) => Event[]}
 */
export function createXtbReader() {
  let hasFailed = false;
  return (line) => {
    const [, version] = /^\s*\* xtb version (\S+)/.exec(line) ?? [];
    if (version !== undefined) return [{ kind: 'version', version }];
    const [, number, energy, change, density] = scfRow.exec(line) ?? [];
    if (number !== undefined) {
      return [
        {
          kind: 'iteration',
          number: Number(number),
          energy: Number(energy),
          change: Number(change),
          density: Number(density),
          error: Number(density),
          seconds: 0,
        },
      ];
    }
    if (/convergence criteria cannot be satisfied/.test(line)) {
      hasFailed = true;
      return [{ kind: 'scf', converged: false, energy: NaN }];
    }
    const [, total] = /^\s*\|\s*TOTAL ENERGY\s+(-?\d+\.\d+)\s+Eh\s*\|/.exec(line) ?? [];
    if (total !== undefined && !hasFailed) return [{ kind: 'scf', converged: true, energy: Number(total) }];
    const [, days, hours, minutes, seconds] =
      /^\s*\* wall-time:\s+(\d+) d,\s+(\d+) h,\s+(\d+) min,\s+([\d.]+) sec/.exec(line) ?? [];
    if (seconds === undefined) return [];
    const whole = (Number(days) * 24 + Number(hours)) * 3600 + Number(minutes) * 60;
    return [{ kind: 'time', seconds: whole + Number(seconds) }];
  };
}

/**
 * The last gradient of a file in Turbomole's form: `$grad`, a line of the cycle, coordinates, gradients, `$end`.
 * @param {string} text
 * @returns {[number, number, number][]} Eh/bohr
 */
export function readGradientFile(text) {
  const cycle = text.split(/^\s*cycle\b.*$/m).at(-1) ?? '';
  return cycle
    .split('\n')
    .map((line) =>
      line
        .trim()
        .split(/\s+/)
        .map((word) => Number(word.replace(/D/i, 'e'))),
    )
    .filter((numbers) => numbers.length === 3 && numbers.every(Number.isFinite))
    .map(([x = NaN, y = NaN, z = NaN]) => [x, y, z]);
}
