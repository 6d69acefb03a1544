import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import type { Named } from './statistics.ts';

/** Results per element that a fit needs. */
const perElement = 4;

/**
 * What of each final energy its composition does not explain, per atom, in mEh: E = Σ n(element) e(element) by least squares over these
 * results. Energies of different formulas cannot be compared, these can.
 * @returns empty when there are too few results for their elements
 */
export function fitComposition(runs: readonly RunRow[]): Named[] {
  const rows = runs.flatMap(({ outcome, energyHartree, elements, recordId, name }) => {
    const symbols = elements?.split(';').filter((symbol) => symbol !== '') ?? [];
    if (outcome !== 'completed' || energyHartree === null || symbols.length === 0) return [];
    return [{ recordId, name, energyHartree, symbols }];
  });
  const known = [...new Set(rows.flatMap(({ symbols }) => symbols))];
  if (rows.length < perElement * known.length) return [];
  const counts = rows.map(({ symbols }) =>
    known.map((symbol) => symbols.filter((one) => one === symbol).length),
  );
  const size = known.length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const [index, row] of counts.entries())
    for (const [line, left] of row.entries()) {
      const target = matrix[line];
      if (left === 0 || !target) continue;
      for (const [column, right] of row.entries()) target[column] = (target[column] ?? 0) + left * right;
      target[size] = (target[size] ?? 0) + left * (rows[index]?.energyHartree ?? 0);
    }
  const energies = solve(matrix);
  return rows.map(({ recordId, name, energyHartree, symbols }, index) => {
    const expected = (counts[index] ?? []).reduce(
      (sum, count, column) => sum + count * (energies[column] ?? 0),
      0,
    );
    return { recordId, name, value: (1000 * (energyHartree - expected)) / symbols.length };
  });
}

/** Gauss with pivots. Elements that always come together cannot be separated: the later one gets nothing. */
function solve(matrix: Float64Array[]): number[] {
  const size = matrix.length;
  const largest = Math.max(...matrix.map((row, index) => Math.abs(row[index] ?? 0)), 1);
  const isFree: boolean[] = [];
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column; row < size; row += 1)
      if (Math.abs(matrix[row]?.[column] ?? 0) > Math.abs(matrix[pivot]?.[column] ?? 0)) pivot = row;
    const [one, other] = [matrix[column], matrix[pivot]];
    if (!one || !other) continue;
    [matrix[column], matrix[pivot]] = [other, one];
    const head = other[column] ?? 0;
    isFree[column] = Math.abs(head) < 1e-10 * largest;
    if (isFree[column] === true) continue;
    for (let row = 0; row < size; row += 1) {
      const target = matrix[row];
      if (row === column || !target) continue;
      const factor = (target[column] ?? 0) / head;
      if (factor !== 0)
        for (let at = column; at <= size; at += 1) target[at] = (target[at] ?? 0) - factor * (other[at] ?? 0);
    }
  }
  return matrix.map((row, index) => (isFree[index] === true ? 0 : (row[size] ?? 0) / (row[index] ?? 1)));
}
