// How a record is said in a sentence: by its id, and by the name that the chemist knows.

/** Names of records, asked only for those that are shown. */
export type NamesOf = (ids: readonly number[]) => ReadonlyMap<number, string>;

/** `17 (UCl4-7)`; the id alone where the record has no name. */
export function nameRecord(id: number, name: string | undefined): string {
  return name === undefined ? `${id}` : `${id} (${name})`;
}
