import type { Unset } from '../../workflow/records/count-unset.ts';
import { nameIds } from '../job/name-ids.ts';

/** What the existing tools make of NULL, in words; undefined when every record says both. */
export function describeUnset({ charge, multiplicity, records, firstIds }: Unset): string | undefined {
  if (records === 0) return undefined;
  const parts = [
    ...(charge > 0 ? [`${charge} without a charge (computed with 0)`] : []),
    ...(multiplicity > 0 ? [`${multiplicity} without a multiplicity (computed with 1)`] : []),
  ];
  const more = records > firstIds.length ? `, … ${records - firstIds.length} more` : '';
  return `${parts.join(' and ')}, as the existing tools do: record${records === 1 ? '' : 's'} ${nameIds(firstIds)}${more}`;
}
