import type { IdRange } from '../../workflow/records/list-candidates.ts';

/** Arguments and `--ids` together; null: neither was given. */
export function idsOf(args: readonly IdRange[], flag: readonly IdRange[] | undefined): IdRange[] | null {
  const ids = [...args, ...(flag ?? [])];
  return ids.length === 0 ? null : ids;
}
