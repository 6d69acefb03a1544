/** Whether an input that oact rendered is of a molecule with these elements, in this order. */
export function hasSymbols(input: string, symbols: readonly string[]): boolean {
  const lines = input.split('\n');
  const first = lines.findIndex((line) => line.startsWith('*xyz ')) + 1;
  const last = lines.indexOf('*', first);
  const found = first === 0 || last < 0 ? [] : lines.slice(first, last).map((line) => line.split(/\s/)[0]);
  return found.length === symbols.length && found.every((symbol, index) => symbol === symbols[index]);
}
