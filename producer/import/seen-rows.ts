import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Where a row stands. */
export type RowPlace = { file: string; line: number };

/** What tells a row: its content, and what it is known by. */
type RowMarks = { content: string; identity: string | null };

/** Lines of one file are numbered below this. */
const linesPerFile = 2 ** 32;

/**
 * The rows of this import so far, at some hundred bytes each: 10⁶ rows take 100 MB, however large their geometries are.
 */
export class SeenRows {
  readonly #places = new Map<string, number>();
  readonly #keys = new Map<string, { content: string; place: number }>();
  readonly #files: string[] = [];

  /** @param isKey no other row may have this identity with other values */
  add(row: RowMarks & RowPlace, isKey: boolean): void {
    const file = basename(row.file);
    if (this.#files.at(-1) !== file) this.#files.push(file);
    const place = (this.#files.length - 1) * linesPerFile + row.line;
    this.#places.set(markOf(row), place);
    if (isKey && row.identity !== null) this.#keys.set(row.identity, { content: row.content, place });
  }

  /** The last row with the same content and the same identity, or none. */
  findSame(row: RowMarks): RowPlace | undefined {
    return this.#placeOf(this.#places.get(markOf(row)));
  }

  /** The row with this key and another content. */
  findOther(key: string, content: string): RowPlace | undefined {
    const known = this.#keys.get(key);
    return known === undefined || known.content === content ? undefined : this.#placeOf(known.place);
  }

  #placeOf(place: number | undefined): RowPlace | undefined {
    if (place === undefined) return undefined;
    return { file: this.#files[Math.floor(place / linesPerFile)] ?? '', line: place % linesPerFile };
  }
}

/** 16 bytes as a string of as many characters, which V8 keeps in one byte each. */
function markOf({ content, identity }: RowMarks): string {
  const hex =
    identity === null
      ? content
      : createHash('sha256').update(`${content} ${identity}`).digest('hex').slice(0, 32);
  return Buffer.from(hex, 'hex').toString('latin1');
}
