/** Small dense linear algebra for the optimiser. Lengths are the caller's duty. */

/** `vector[index]` for an index that the caller's loop keeps in range. */
export function at(vector: Float64Array, index: number): number {
  return vector[index] ?? Number.NaN;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += at(a, index) * at(b, index);
  return sum;
}

/** a + factor · b */
export function addScaled(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, index) => value + factor * at(b, index));
}

export function largestComponent(vector: Float64Array): number {
  return vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

export function rootMeanSquare(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector) / vector.length);
}

/** Symmetric matrix of `size` rows, row by row. */
export interface SquareMatrix {
  size: number;
  values: Float64Array;
}

/** Cholesky factor of a positive definite matrix, in place of its lower triangle. */
export function factorize(matrix: SquareMatrix): SquareMatrix {
  const { size, values } = matrix;
  for (let column = 0; column < size; column += 1) {
    for (let row = column; row < size; row += 1) {
      let sum = at(values, row * size + column);
      for (let k = 0; k < column; k += 1) sum -= at(values, row * size + k) * at(values, column * size + k);
      const diagonal = row === column ? Math.sqrt(sum) : at(values, column * size + column);
      values[row * size + column] = row === column ? diagonal : sum / diagonal;
    }
  }
  return matrix;
}

/** Solves A x = b from A's Cholesky factor. */
export function solve(factor: SquareMatrix, right: Float64Array): Float64Array {
  const { size, values } = factor;
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    let sum = at(x, row);
    for (let k = 0; k < row; k += 1) sum -= at(values, row * size + k) * at(x, k);
    x[row] = sum / at(values, row * size + row);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = at(x, row);
    for (let k = row + 1; k < size; k += 1) sum -= at(values, k * size + row) * at(x, k);
    x[row] = sum / at(values, row * size + row);
  }
  return x;
}

/** x, y, z of every atom in turn. */
export function triples(vector: Float64Array): number[][] {
  return Array.from({ length: vector.length / 3 }, (_, index) => [
    ...vector.subarray(3 * index, 3 * index + 3),
  ]);
}
