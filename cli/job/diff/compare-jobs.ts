/** Two records, or two attempts of one, field by field. */
import { describeRemedies } from '../../../orca/retry/describe-remedies.ts';
import { formatDuration } from '../../../core/config/duration.ts';
import type { AttemptView, RecordView } from '../../../workflow/lookup/show-record.ts';
import { listShownResults } from '../../../workflow/results/list-shown.ts';
import { changesOf, diffLines } from './diff-lines.ts';

/** One side: a record with the attempt that is compared. */
export interface JobSide {
  record: RecordView;
  /** undefined: oact has not worked on it. */
  attempt: AttemptView | undefined;
  /** ORCA's input for one and the same slot; null: there is none, and `inputError` says why. */
  input: string | null;
  inputError: string | null;
}

interface FieldDifference {
  field: string;
  first: string | null;
  second: string | null;
}

export interface JobDifference {
  /** `17 UCl4-7, attempt 2` */
  titles: [string, string];
  fields: FieldDifference[];
  /** Fields that are the same on both sides. */
  same: string[];
  /** Changed lines of the input, with lines around them; null: one side has no input. */
  input: string[] | null;
  inputErrors: string[];
}

export function compareJobs(first: JobSide, second: JobSide): JobDifference {
  const [left, right] = [fieldsOf(first), fieldsOf(second)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const rows = names.map((field) => ({
    field,
    first: left.get(field) ?? null,
    second: right.get(field) ?? null,
  }));
  return {
    titles: [titleOf(first), titleOf(second)],
    fields: rows.filter((row) => row.first !== row.second),
    same: rows.filter((row) => row.first === row.second && row.first !== null).map(({ field }) => field),
    input:
      first.input === null || second.input === null
        ? null
        : changesOf(diffLines(first.input.split('\n'), second.input.split('\n'))),
    inputErrors: [first, second].flatMap(({ inputError }) => inputError ?? []),
  };
}

function titleOf({ record, attempt }: JobSide): string {
  const name = record.name === null ? '' : ` ${record.name}`;
  return `${record.id}${name}${attempt === undefined ? '' : `, attempt ${attempt.attempt}`}`;
}

function say(value: string | number | null | undefined): string | null {
  return value === null || value === undefined || value === '' ? null : String(value);
}

const duration = (seconds: number | null): string | null =>
  seconds === null ? null : formatDuration(seconds);

function fieldsOf({ record, attempt }: JobSide): Map<string, string | null> {
  return new Map([
    ['status', say(record.status)],
    ['elements', say(record.elements)],
    ['charge', say(record.charge)],
    ['multiplicity', say(record.multiplicity)],
    ['failures', say(record.failCount)],
    ['outcome', say(attempt?.outcome)],
    ['class', say(attempt?.class)],
    ['reason', say(attempt?.reason)],
    ['warnings', say(attempt?.warnings.join('; '))],
    [
      'retry',
      attempt === undefined || attempt.remedies.length === 0 ? null : describeRemedies(attempt.remedies),
    ],
    ['node', say(attempt?.node)],
    ['cores', say(attempt?.cores?.length)],
    ['took', duration(attempt?.elapsedSeconds ?? null)],
    ...listShownResults(record, attempt === undefined ? [] : [attempt]).map(
      ({ label, unit, value }): [string, string | null] => [
        label,
        value === null
          ? null
          : unit === 's'
            ? formatDuration(Number(value))
            : `${value}${unit === null ? '' : ` ${unit}`}`,
      ],
    ),
  ]);
}
