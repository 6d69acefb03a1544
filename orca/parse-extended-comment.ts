/**
 * The `key=value` pairs of an extended XYZ comment line, values unquoted, a key without value as `T`. Keys
 * keep their case. Any other comment gives what looks like pairs and bare words in it.
 */
export function parseExtendedComment(comment: string): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [, key = '', double, single, bare] of comment.matchAll(
    /([^\s="']+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)))?/g,
  )) {
    properties[key] = double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? 'T';
  }
  return properties;
}

export interface AtomColumns {
  readonly species: number;
  /** Column of x; y and z follow. */
  readonly position: number;
}

/**
 * Where `Properties=species:S:1:pos:R:3:forces:R:3` puts element and position; the usual first four columns
 * when there is no such word, undefined when it names no element (`species` or `Z`) or no `pos`.
 */
export function findAtomColumns(layout: string | undefined): AtomColumns | undefined {
  if (layout === undefined) return { species: 0, position: 1 };
  const columns = new Map<string, number>();
  let column = 0;
  const words = layout.split(':');
  for (let index = 0; index + 2 < words.length; index += 3) {
    columns.set((words[index] ?? '').toLowerCase(), column);
    column += Number(words[index + 2]);
  }
  const species = columns.get('species') ?? columns.get('z');
  const position = columns.get('pos');
  if (species === undefined || position === undefined || !Number.isInteger(column)) return undefined;
  return { species, position };
}
