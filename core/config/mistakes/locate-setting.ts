/** Where in a YAML file a setting stands. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/**
 * The line (from 1) of a key or an entry of a list, or of the nearest one above it that the file has; undefined: none of them is there.
 * @param text the file
 * @param path `['node', 'slots']`; numbers count the entries of lists
 */
export function findLine(text: string, path: readonly PropertyKey[]): number | undefined {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines }).contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === String(key));
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isScalar(node) && !isMap(node) && !isSeq(node)) break;
      offset = node.range?.[0] ?? offset;
    } else if (key !== 0) break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
