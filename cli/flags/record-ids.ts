import { InvalidArgumentError } from 'commander';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { idRanges } from './parse-flags.ts';

/** Ids or ranges as arguments, one after the other, for commander. */
export function collectIds(text: string, before: IdRange[] | undefined): IdRange[] {
  try {
    return [...(before ?? []), ...idRanges(text)];
  } catch {
    throw new InvalidArgumentError(`'${text}' is neither an id nor a range such as 1-10`);
  }
}

/** Arguments and `--ids` together; null: neither was given. */
export function idsOf(args: readonly IdRange[], flag: readonly IdRange[] | undefined): IdRange[] | null {
  const ids = [...args, ...(flag ?? [])];
  return ids.length === 0 ? null : ids;
}
