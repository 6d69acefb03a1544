import { OactError } from '../../core/errors.ts';
import type { ColumnRole } from './look-alikes.ts';

/** What is wrong with the header of a table. */
export type ColumnProblem =
  | { kind: 'missing'; role: ColumnRole; wanted: string; likes: readonly string[] }
  /** It may hold 2S+1 or the number of unpaired electrons. */
  | { kind: 'unclear'; name: string }
  | { kind: 'twice'; names: readonly string[] };

/** The flag that names the column of a role. */
export function flagOf(role: ColumnRole, name: string): string {
  const word = /^[\w.+-]+$/.test(name) ? name : `'${name}'`;
  return role === 'extra' ? `--extra-columns ${word}:TYPE` : `--${role}-column ${word}`;
}

/** All problems of a header in one error: what is missing, what there is, and which flag each look-alike needs. */
export function explainColumns(
  problems: readonly ColumnProblem[],
  names: readonly string[],
  file: string,
): OactError {
  const missing = problems.filter((problem) => problem.kind === 'missing');
  const unclear = problems.filter((problem) => problem.kind === 'unclear');
  const parts = [
    ...problems
      .filter((problem) => problem.kind === 'twice')
      .map((problem) => `has the column ${problem.names.map((name) => `'${name}'`).join(' and ')} twice`),
    ...(missing.length > 0
      ? [
          `has ${missing.map(({ wanted }) => `no column '${wanted}'`).join(' and ')}; it has ${names.join(', ')}`,
        ]
      : []),
  ];
  const question = unclear.map(({ name }) => `it is not clear what the column '${name}' of '${file}' means`);
  const message = parts.length === 0 ? question : [`'${file}' ${parts.join('; it ')}`, ...question];
  const code = missing.length > 0 ? 'IMPORT_COLUMN_MISSING' : 'USAGE';
  return new OactError(code, message.join('; '), { hint: hintFor(problems, names) });
}

function hintFor(problems: readonly ColumnProblem[], names: readonly string[]): string {
  const [only = ''] = names;
  const divider = names.length === 1 ? findDivider(only) : undefined;
  if (divider !== undefined)
    return `The first line must name the columns: remove lines above it. If columns are separated by ${divider}, save the table with commas.`;
  const hints = problems.flatMap((problem) => {
    if (problem.kind === 'twice') return ['Rename one of them.'];
    if (problem.kind === 'unclear') {
      const { name } = problem;
      return [
        `Give ${flagOf('multiplicity', name)} if it holds 2S+1, ${flagOf('unpaired', name)} if it counts unpaired electrons.`,
      ];
    }
    return [hintForMissing(problem)];
  });
  return hints.join(' ');
}

/** What divides the words of a header that is one column to oact; undefined for one word. */
function findDivider(header: string): string | undefined {
  const sign = /\w\s*([^\w\s.()[\]'"#-])\s*\w/.exec(header)?.[1];
  if (sign !== undefined) return `'${sign}'`;
  return /\S\s+\S/.test(header) ? 'spaces' : undefined;
}

function hintForMissing({ role, wanted, likes }: Extract<ColumnProblem, { kind: 'missing' }>): string {
  const forAll = role === 'charge' || role === 'multiplicity' ? `--${role} N for all rows` : '';
  const flags = likes.flatMap((name) =>
    role === 'multiplicity' || role === 'unpaired'
      ? [`${flagOf('multiplicity', name)} (2S+1)`, `${flagOf('unpaired', name)} (unpaired electrons)`]
      : [flagOf(role, name)],
  );
  const choices = [...flags, forAll].filter((choice) => choice !== '');
  if (flags.length > 0)
    return `For '${wanted}' (${role}), ${likes.join(', ')} ${likes.length > 1 ? 'look' : 'looks'} like it: ${choices.join(', or ')}.`;
  const name = role === 'extra' ? 'Remove it from --extra-columns' : `Name it with ${flagOf(role, 'NAME')}`;
  return `${name} (${role})${forAll === '' ? '' : `, or give ${forAll}`}.`;
}
