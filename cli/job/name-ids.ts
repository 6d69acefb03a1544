/** Ids that a line names. */
const namedIds = 10;

/** The first few of some ids, and how many more there are. */
export function nameIds(ids: readonly number[]): string {
  const more = ids.length > namedIds ? `, … ${ids.length - namedIds} more` : '';
  return `${ids.slice(0, namedIds).join(', ')}${more}`;
}
