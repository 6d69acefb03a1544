// @ts-check
// What is computed of a geometry before it is drawn. Nothing here touches the page.

/**
 * @typedef {{ symbol: string, x: number, y: number, z: number }} Atom
 * @typedef {{ atoms: Atom[], comment: string }} Frame
 */

/** Frames of an XYZ text; what is cut off at the end is left out. @param {string} text @param {number} [most] */
export function parseFrames(text, most = 1000) {
  const lines = text.split('\n');
  /** @type {Frame[]} */
  const frames = [];
  for (let line = 0; line < lines.length;) {
    const count = Number(lines[line]);
    if (!Number.isInteger(count) || count < 1 || line + 2 + count > lines.length) break;
    const atoms = lines.slice(line + 2, line + 2 + count).map((row) => {
      const [symbol = '', x, y, z] = row.trim().split(/\s+/);
      return { symbol, x: Number(x), y: Number(y), z: Number(z) };
    });
    if (atoms.some(({ x, y, z }) => !Number.isFinite(x + y + z))) break;
    frames.push({ atoms, comment: (lines[line + 1] ?? '').trim() });
    line += 2 + count;
  }
  if (frames.length <= most) return frames;
  // The first and the last stay, and between them each n-th.
  const step = (frames.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => frames[Math.round(index * step)]).filter(
    (frame) => frame !== undefined,
  );
}

/** @param {Atom} one @param {Atom} other */
export const distanceOf = (one, other) => Math.hypot(one.x - other.x, one.y - other.y, one.z - other.z);

/** A bond to a metal is longer than the sum of the radii; 1.25 keeps aqua ligands and leaves the second shell out. */
const slack = 1.25;

/**
 * Pairs of atoms that touch, by covalent radii: the viewer's own table ends before the actinides.
 * @param {readonly Atom[]} atoms @param {Readonly<Record<string, number>>} radii ångström
 * @returns {[number, number][]}
 */
export function findBonds(atoms, radii) {
  /** @type {[number, number][]} */
  const bonds = [];
  for (const [first, one] of atoms.entries())
    for (let second = first + 1; second < atoms.length; second += 1) {
      const other = atoms[second];
      const reach = slack * ((radii[one.symbol] ?? 0) + (radii[other?.symbol ?? ''] ?? 0));
      if (other && distanceOf(one, other) <= reach) bonds.push([first, second]);
    }
  return bonds;
}

/**
 * A rotation that lays the largest extent along x and the next along y, as three rows; and the centre that it is about.
 * @param {readonly Atom[]} atoms
 */
export function findOrientation(atoms) {
  const mean = (/** @type {(atom: Atom) => number} */ read) =>
    atoms.reduce((sum, atom) => sum + read(atom), 0) / (atoms.length || 1);
  const centre = [mean(({ x }) => x), mean(({ y }) => y), mean(({ z }) => z)];
  const rows = atoms.map(({ x, y, z }) => [x - (centre[0] ?? 0), y - (centre[1] ?? 0), z - (centre[2] ?? 0)]);
  const spread = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => rows.reduce((sum, at) => sum + (at[row] ?? 0) * (at[column] ?? 0), 0)),
  );
  const first = findAxis(spread, [1, 0.3, 0.1]);
  const length = multiply(spread, first).reduce((sum, value, index) => sum + value * (first[index] ?? 0), 0);
  // Without the first axis, the next one is the largest.
  const rest = spread.map((row, index) =>
    row.map((value, column) => value - length * (first[index] ?? 0) * (first[column] ?? 0)),
  );
  const second = orthogonal(findAxis(rest, [0.1, 1, 0.3]), first);
  const [a = 0, b = 0, c = 0] = first;
  const [d = 0, e = 0, f = 0] = second;
  return { centre, rows: [first, second, [b * f - c * e, c * d - a * f, a * e - b * d]] };
}

/** @param {number[][]} matrix @param {number[]} vector */
const multiply = (matrix, vector) =>
  matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0));

/** @param {number[]} vector */
function normalize(vector) {
  const length = Math.hypot(...vector);
  return length > 1e-9 ? vector.map((value) => value / length) : undefined;
}

/** By repeated multiplication. @param {number[][]} matrix @param {number[]} start */
function findAxis(matrix, start) {
  let axis = normalize(start) ?? start;
  for (let round = 0; round < 100; round += 1) axis = normalize(multiply(matrix, axis)) ?? axis;
  return axis;
}

/** @param {number[]} vector @param {number[]} axis */
function orthogonal(vector, axis) {
  for (const candidate of [vector, [0, 1, 0], [0, 0, 1]]) {
    const along = candidate.reduce((sum, value, index) => sum + value * (axis[index] ?? 0), 0);
    const left = normalize(candidate.map((value, index) => value - along * (axis[index] ?? 0)));
    if (left) return left;
  }
  return [0, 1, 0];
}

/** @param {readonly Atom[]} atoms @param {ReturnType<typeof findOrientation>} orientation @returns {Atom[]} */
export function turn(atoms, { centre, rows }) {
  return atoms.map(({ symbol, x, y, z }) => {
    const at = [x - (centre[0] ?? 0), y - (centre[1] ?? 0), z - (centre[2] ?? 0)];
    const [a = 0, b = 0, c = 0] = multiply(rows, at);
    return { symbol, x: a, y: b, z: c };
  });
}

/** @param {readonly Atom[]} atoms */
export function renderXyz(atoms) {
  return `${atoms.length}\n\n${atoms.map(({ symbol, x, y, z }) => `${symbol} ${x.toFixed(5)} ${y.toFixed(5)} ${z.toFixed(5)}`).join('\n')}\n`;
}
