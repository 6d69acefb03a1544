/** What a column of a table may be. */
export type ColumnRole = 'geometry' | 'charge' | 'multiplicity' | 'unpaired' | 'name' | 'key' | 'extra';

/** Words that users write for it, in a name without blanks and signs. */
const signs: Partial<Record<ColumnRole, RegExp>> = {
  geometry: /xyz|geom|coord|struct|cartes|alignedcsd|^atoms$|molblock|positions/,
  charge: /charge|^q$|^chg|^chrg|^ch$|ladung|^z$/,
  multiplicity: /mult|spin|2s1|unpaired|^uhf$|^nalpha|^ms$/,
  unpaired: /mult|spin|2s1|unpaired|^uhf$/,
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/**
 * Columns that may be meant by a name that no column has: those with a word for the same thing, and those that differ by a letter
 * or two.
 */
export function findLookAlikes(names: readonly string[], role: ColumnRole, wanted: string): string[] {
  const sign = signs[role];
  return names.filter((name) => {
    const text = plain(name);
    if (text === '') return false;
    return sign?.test(text) === true || isNear(text, plain(wanted));
  });
}

/** One or two letters apart, by insertion, deletion or exchange; short names must be nearer. */
function isNear(a: string, b: string): boolean {
  const most = Math.min(2, Math.floor(Math.min(a.length, b.length) / 3));
  return most > 0 && distanceOf(a, b) <= most;
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
