// @ts-check

/**
 * @param {number} value
 * @param {number} decimals
 * @param {number} width
 */
export function fixed(value, decimals, width) {
  return value.toFixed(decimals).padStart(width);
}

/**
 * `-1.20e-05`, as C writes it.
 * @param {number} value
 * @param {number} decimals
 * @param {number} width
 */
export function exponential(value, decimals, width) {
  return value
    .toExponential(decimals)
    .replace(/e([+-])(\d)$/, 'e$10$2')
    .padStart(width);
}

/**
 * A title between two rules of its length.
 * @param {string} title
 */
export function heading(title) {
  const rule = '-'.repeat(title.length);
  return `${rule}\n${title}\n${rule}\n`;
}

/**
 * A title in the middle of two rules, as ORCA begins its modules.
 * @param {string} title
 */
export function moduleHeading(title) {
  const rule = '-'.repeat(78);
  return `\n${rule}\n${' '.repeat(Math.max(0, Math.floor((78 - title.length) / 2)))}${title}\n${rule}\n\n`;
}

/**
 * A text in a frame of stars.
 * @param {string} text
 */
export function starred(text) {
  const bar = '*'.repeat(text.length + 4);
  return [bar, `* ${text} *`, bar].map((line) => `                    ${line}\n`).join('');
}
