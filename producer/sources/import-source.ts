/** One structure as its file says it; the geometry is not parsed yet. */
export type ImportRow = {
  kind: 'row';
  file: string;
  /** Where it begins in the file, from 1. */
  line: number;
  /** Row number of a table, from 0; null where the file gives none. */
  origIndex: number | null;
  /** Its place in the source, which tells it from another with the same atoms: see fingerprint.ts. */
  place: string;
  /** The chemist's own name, null for none. */
  name: string | null;
  /** Value of the key column, null without one. */
  key: string | null;
  geometry: string;
  charge: number;
  /** 2S+1 */
  multiplicity: number;
  /** Values of the user's own columns. */
  extra: Record<string, string | number | null>;
  /** Bytes of the source read so far. */
  bytesRead: number;
};

/** A row that cannot be imported, and why. */
export type BadRow = { kind: 'bad'; file: string; line: number; reason: string; bytesRead: number };

/** Structures to import. */
export type ImportSource = {
  /** Of all its files; `bytesRead` of the last row comes near it. */
  sizeBytes: number;
  /** Names of the user's own columns that its rows fill. */
  extraColumns: readonly string[];
  /** From the beginning at each call, because a strict import reads twice. */
  rows(): AsyncIterable<ImportRow | BadRow>;
};
