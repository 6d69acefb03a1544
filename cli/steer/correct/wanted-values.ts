import { OactError } from '../../../core/errors.ts';
import { toFileError } from '../../../producer/sources/source-file.ts';
import type { WantedValues } from '../../../producer/steering/plan-correction.ts';
import { readCorrections } from '../../../producer/steering/read-corrections.ts';
import type { IdRange } from '../../../workflow/records/list-candidates.ts';
import { matchCorrections } from './match-corrections.ts';
import { listIdsWithin } from '../../../workflow/records/load-correctable.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { readPlainFileSync } from '../../../core/plain-file.ts';

/** Flags of `oact set` that say which values. */
export interface ValueFlags {
  charge?: number;
  multiplicity?: number;
  /** An XYZ file. */
  geometry?: string;
  /** A table of corrections. */
  from?: string;
}

/** @throws OactError USAGE when flags contradict each other or something is missing */
export function checkSetUsage(args: readonly IdRange[], flags: ValueFlags): void {
  const hasValue =
    flags.charge !== undefined || flags.multiplicity !== undefined || flags.geometry !== undefined;
  if (flags.from !== undefined && (hasValue || args.length > 0))
    throw new OactError('USAGE', '--from contains the records and values: leave records and values out');
  if (flags.from !== undefined) return;
  if (args.length === 0)
    throw new OactError('USAGE', 'no records are given: use ids or names, or --from with a table');
  if (!hasValue)
    throw new OactError('USAGE', 'no values are given: use --charge, --multiplicity or --geometry');
  const isOne = args.length === 1 && args[0]?.from === args[0]?.to;
  if (flags.geometry !== undefined && !isOne)
    throw new OactError('USAGE', '--geometry can set only one record', {
      hint: 'For several records, use --from with a table with the columns id (or name) and geometry.',
    });
}

/** What shall be set, by record id. @throws OactError RECORD_NOT_FOUND, and those of the files */
export function wantedValuesOf(
  workflow: Workflow,
  args: readonly IdRange[],
  flags: ValueFlags,
): Map<number, WantedValues> {
  if (flags.from !== undefined) {
    const { rows, ignored } = readCorrections(flags.from);
    if (ignored.length > 0) process.stderr.write(`oact: ignored columns: ${ignored.join(', ')}\n`);
    return matchCorrections(workflow, rows, flags.from);
  }
  const ids = listIdsWithin(workflow, args);
  checkKnown(workflow, args, ids);
  const { charge, multiplicity } = flags;
  const geometry = flags.geometry === undefined ? undefined : readText(flags.geometry);
  return new Map(ids.map((id) => [id, { charge, multiplicity, geometry }]));
}

/** An id alone must exist; of a range, at least one. */
function checkKnown(workflow: Workflow, ranges: readonly IdRange[], ids: readonly number[]): void {
  const known = new Set(ids);
  const missing = ranges.filter(({ from, to }) =>
    from === to ? !known.has(from) : !ids.some((id) => id >= from && id <= to),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(', ');
  throw new OactError('RECORD_NOT_FOUND', `${workflow.path} has no record ${names}; nothing was changed`, {
    hint: 'Give ids of records; oact job list shows them.',
  });
}

function readText(path: string): string {
  try {
    return readPlainFileSync(path);
  } catch (error) {
    throw toFileError(error, path);
  }
}
