/** What listens to which phrase, so that a line is read only by those it concerns. */
export function groupByPhrase<Listener>(
  listeners: readonly Listener[],
  phraseOf: (listener: Listener) => string,
): ReadonlyMap<string, readonly Listener[]> {
  const groups = new Map<string, Listener[]>();
  for (const listener of listeners) {
    const phrase = phraseOf(listener);
    groups.set(phrase, [...(groups.get(phrase) ?? []), listener]);
  }
  return groups;
}
