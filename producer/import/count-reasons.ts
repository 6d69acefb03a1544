/** Bad rows of one kind. */
export type ReasonCount = {
  /** The reason of the first of them. */
  example: string;
  count: number;
  /** Where that one is. */
  file: string;
  line: number;
};

/** Counts bad rows by reason: the same words, whatever numbers and values they hold. */
export class ReasonCounter {
  readonly #counts = new Map<string, ReasonCount>();

  add({ file, line, reason }: { file: string; line: number; reason: string }): void {
    const kind = reason.replaceAll(/'[^']*'/g, '').replaceAll(/[+-]?\d+(?:\.\d+)?/g, '0');
    const known = this.#counts.get(kind);
    if (known === undefined) this.#counts.set(kind, { example: reason, count: 1, file, line });
    else known.count += 1;
  }

  /** The most frequent first. */
  list(): ReasonCount[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }
}
