// @ts-check

/** @typedef {import('../shared/engine.mjs').Ending} Ending */

const memory =
  /out of memory|insufficient (?:memory|space|stack|heap)|not enough mem|\bma_?(?:push|alloc)|^MA error/i;
const basis = /no such basis|failed to locate basis/i;

/**
 * NWChem's own complaint, in front of which words stand that tell its class where it is one of ORCA's.
 * @param {Ending} ending
 */
export function explainDeath({ code, signal, lastLines }) {
  const complaint = findComplaint(lastLines) ?? (signal === null ? `exit code ${code}` : `signal ${signal}`);
  const words = [
    ...(memory.test(complaint)
      ? ['', ' Error  (NWCHEM): Not enough memory available!', '       ====>  Please increase MaxCore']
      : []),
    ...(basis.test(complaint)
      ? ['The basis set was either not assigned or not available for this element']
      : []),
    `[file orca_nwchem]: Error (NWCHEM): ${complaint}`,
  ];
  return `${words.join('\n')}\n`;
}

/**
 * It stands above the input line that NWChem names, between rules of dashes; ranks may speak at once.
 * @param {readonly string[]} lines
 */
function findComplaint(lines) {
  const end = lines.findIndex((line) => /^\s*current input line\s*:/.test(line));
  const before = lines.slice(0, end === -1 ? 0 : end).filter((line) => !/^[\s-]*$/.test(line));
  const words = before
    .at(-1)
    ?.replace(/\s{2,}-?\d+\s*$/, '')
    .trim();
  return words === '' ? undefined : words;
}
