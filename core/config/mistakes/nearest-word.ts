/** Which known word a user probably meant. */

/** Letters that must be added, dropped, changed or swapped to make one word of the other, without regard to case. */
export function editDistance(one: string, other: string): number {
  const a = one.toLowerCase();
  const b = other.toLowerCase();
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        (next[j - 1] ?? 0) + 1,
        (row[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

const plain = (text: string): string => text.replaceAll(/[-_\s]/g, '');

/**
 * The known word nearest to `word`; undefined when none is near enough to be meant. `cores_per_slot` and `coresPerSlot` are the same.
 * @param known words, the likeliest first
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  // A third of the letters may be wrong; of very short words, one.
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const one of known) {
    const distance = editDistance(wanted, plain(one));
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { word: one, distance };
  }
  return best?.word;
}
