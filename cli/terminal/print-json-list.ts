import { print } from './print.ts';

/**
 * Prints an object whose last field is a long list, piece by piece, as printJson would print all of it at once.
 * @param fields those before the list
 */
export function printJsonList(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  pieces: Iterable<readonly unknown[]>,
): void {
  const head = `${JSON.stringify(fields, null, 2).slice(0, -2)},\n  "${name}": [`;
  // Held back until it is known whether a comma follows.
  let last: string | undefined;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    print(last === undefined ? head : `${last},`);
    last = piece.map((item) => JSON.stringify(item, null, 2).replaceAll(/^/gm, '    ')).join(',\n');
  }
  print(last === undefined ? `${head}]\n}` : `${last}\n  ]\n}`);
}
