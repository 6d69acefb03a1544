import { nameRecord, type NamesOf } from '../../core/job/name-record.ts';

/** Ids that a line names. */
const namedIds = 10;

/** The first few of some ids with their names, and how many more there are: `17 (UCl4-7), 18, … 3 more`. */
export function nameIds(ids: readonly number[], namesOf?: NamesOf): string {
  const shown = ids.slice(0, namedIds);
  const names = namesOf?.(shown);
  const more = ids.length > namedIds ? `, … ${ids.length - namedIds} more` : '';
  return `${shown.map((id) => nameRecord(id, names?.get(id))).join(', ')}${more}`;
}
