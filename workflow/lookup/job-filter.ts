import type { Composition } from '../../core/formula.ts';
import type { IdRange } from '../records/list-candidates.ts';
import { mergeRanges } from '../records/merge-ranges.ts';

/** Which records; what is absent or null does not narrow the choice. */
export type JobFilter = {
  /** Words of the column status; `to_run` means `ready`, too. */
  statuses?: readonly string[] | null;
  ids?: readonly IdRange[] | null;
  origIndexes?: readonly IdRange[] | null;
  /** By the column elements, which older tools may have filled without the metal. */
  formula?: Composition | null;
  /** Symbols, all of which the record must hold; by the same column. */
  elements?: readonly string[] | null;
  /** Failure classes of the newest attempt that came to an end; `timed_out` and `completed` stand for those outcomes. */
  classes?: readonly string[] | null;
  /** The node of that attempt. */
  node?: string | null;
  /** Keys of warnings, one of which that attempt must have; see core/job/warning.ts. */
  warnings?: readonly string[] | null;
  /** A part of the error message or of that attempt's reason; the case of ASCII letters is ignored. */
  error?: string | null;
  /** A part of the chemist's own name; the case of ASCII letters is ignored. */
  name?: string | null;
  /** A part of the name or of the error. */
  words?: string | null;
  /** How many attempts there are; both ends belong to it. */
  attempts?: { from: number; to: number } | null;
  /** How often it failed. */
  failCount?: { from: number; to: number } | null;
  charge?: number | null;
  /** 2S+1 */
  multiplicity?: number | null;
  /** When that attempt ended; ISO 8601 UTC, the first moment belongs to it. */
  ended?: { from: string; to: string } | null;
};

/** What of a statement the filter decides. */
export type FilterSql = {
  from: string;
  /** Always true when nothing is asked. */
  where: string;
  values: Record<string, string | number>;
  /** Whether `judged`, the newest attempt that came to an end, is joined. */
  joinsJudged: boolean;
};

/** Outcomes of an attempt that ran its course; the others are bookkeeping. */
export const endedOutcomes = `('completed', 'failed', 'timed_out')`;

/** The number of a record's newest attempt; 0: none. @param record an SQL expression for its id */
export const newestAttemptOf = (record: string): string =>
  `coalesce((select max(attempt) from oact_attempts where record_id = ${record}), 0)`;

/** The newest attempt of `s` that came to an end, as `judged`; all null when there is none. */
export const joinJudged = `left join oact_attempts judged on judged.record_id = s.id and judged.attempt = (
  select max(attempt) from oact_attempts where record_id = s.id and outcome in ${endedOutcomes})`;

/**
 * The filter as SQL over `structures s`. Only what is asked stands in it, so that SQLite can take an index: a class or a node is looked
 * up among the attempts, ids and statuses in theirs. What is cheap to see comes first; error_message stands behind the geometry.
 */
export function toSql(
  filter: JobFilter,
  options: { needsJudged?: boolean; hasNames?: boolean; hasWarnings?: boolean } = {},
): FilterSql {
  const values: FilterSql['values'] = {};
  const terms: string[] = [];
  const { classes, node, error } = filter;
  const startsAtAttempts =
    isGiven(classes) || isGiven(node) || isGiven(filter.warnings) || isGiven(filter.ended);
  const joinsJudged =
    startsAtAttempts || isGiven(error) || isGiven(filter.words) || options.needsJudged === true;

  addRecordTerms(filter, terms, values);
  if (isGiven(classes)) {
    values['classes'] = JSON.stringify(classes);
    const isOfClass = 'judged.class in (select value from json_each(@classes))';
    // These two have no class; without them the index of classes leads to the rows.
    const asksOutcome = classes.some((name) => name === 'timed_out' || name === 'completed');
    terms.push(
      asksOutcome
        ? `(${isOfClass} or judged.outcome <> 'failed' and judged.outcome in (select value from json_each(@classes)))`
        : isOfClass,
    );
  }
  if (isGiven(node)) {
    values['node'] = node;
    terms.push('judged.node = @node');
  }
  if (isGiven(filter.warnings)) {
    values['warnings'] = JSON.stringify(filter.warnings);
    terms.push(
      options.hasWarnings === false
        ? 'false'
        : `judged.warnings is not null and exists (select 1 from json_each(iif(json_valid(judged.warnings), judged.warnings, '[]')) as said
            join json_each(@warnings) as asked on instr(said.value, asked.value || ': ') = 1)`,
    );
  }
  if (isGiven(filter.ended)) {
    Object.assign(values, { endedFrom: filter.ended.from, endedTo: filter.ended.to });
    // In the words of the index of endings.
    terms.push(`judged.settled_at is not null and coalesce(judged.finished_at, judged.settled_at) >= @endedFrom
      and coalesce(judged.finished_at, judged.settled_at) < @endedTo`);
  }
  if (startsAtAttempts) {
    terms.push(`judged.outcome in ${endedOutcomes}
      and not exists (select 1 from oact_attempts later where later.record_id = judged.record_id
        and later.attempt > judged.attempt and later.outcome in ${endedOutcomes})`);
  }
  if (isGiven(error)) {
    values['error'] = error;
    terms.push(mayHaveSaid('@error'), hasSaid('@error'));
  }
  const isNamed = (part: string): string =>
    options.hasNames === true
      ? `s.id in (select record_id from oact_names where instr(lower(name), lower(${part})) > 0)`
      : 'false';
  if (isGiven(filter.name)) {
    values['name'] = filter.name;
    terms.push(isNamed('@name'));
  }
  if (isGiven(filter.words)) {
    values['words'] = filter.words;
    terms.push(`(${mayHaveSaid('@words')} and ${hasSaid('@words')} or ${isNamed('@words')})`);
  }
  const start = startsAtAttempts
    ? 'oact_attempts judged cross join structures s on s.id = judged.record_id'
    : `${rangeJoin(filter)} ${joinsJudged ? joinJudged : ''}`;
  return { from: start, where: terms.join('\n and ') || 'true', values, joinsJudged };
}

const hasSaid = (part: string): string =>
  `instr(lower(coalesce(judged.reason, s.error_message)), lower(${part})) > 0`;

/** Few records have failed: two indexes hold all that was said of them, so that no other row is read for it. */
const mayHaveSaid = (part: string): string => `s.id in (
  select record_id from oact_attempts where reason > '' and instr(lower(reason), lower(${part})) > 0
  union all select id from structures where error_message > '' and instr(lower(error_message), lower(${part})) > 0)`;

function addRecordTerms(filter: JobFilter, terms: string[], values: FilterSql['values']): void {
  const { statuses, ids, origIndexes, formula, elements, attempts, failCount } = filter;
  if (isGiven(statuses)) {
    const words = statuses.includes('to_run') ? [...statuses, 'ready'] : statuses;
    values['statuses'] = JSON.stringify(words);
    terms.push('s.status in (select value from json_each(@statuses))');
  }
  if (isGiven(ids)) {
    values['ids'] = JSON.stringify(mergeRanges(ids));
    terms.push(isBetween('@ids', 's.id'));
  }
  if (isGiven(origIndexes)) {
    values['origIndexes'] = JSON.stringify(mergeRanges(origIndexes));
    terms.push(isBetween('@origIndexes', 's.orig_index'));
  }
  if (isGiven(formula)) terms.push(...formulaTerms(formula, values));
  for (const [index, symbol] of (elements ?? []).entries()) {
    values[`symbol${index}`] = `;${symbol};`;
    terms.push(`instr(';' || s.elements || ';', @symbol${index}) > 0`);
  }
  if (isGiven(attempts)) {
    Object.assign(values, { attemptsFrom: attempts.from, attemptsTo: attempts.to });
    terms.push(`${newestAttemptOf('s.id')} between @attemptsFrom and @attemptsTo`);
  }
  if (isGiven(filter.charge)) {
    values['charge'] = filter.charge;
    terms.push('s.charge = @charge');
  }
  if (isGiven(filter.multiplicity)) {
    values['multiplicity'] = filter.multiplicity;
    terms.push('s.spin = @multiplicity');
  }
  if (isGiven(failCount)) {
    Object.assign(values, { failsFrom: failCount.from, failsTo: failCount.to });
    terms.push('coalesce(s.fail_count, 0) between @failsFrom and @failsTo');
  }
}

/** `U;O;O` has one U when removing `;U;` from `;U;;O;;O;` takes three characters once. */
function formulaTerms(formula: Composition, values: FilterSql['values']): string[] {
  const counts = Object.entries(formula);
  values['atomCount'] = counts.reduce((sum, [, count]) => sum + count, 0);
  const text = `(';' || replace(s.elements, ';', ';;') || ';')`;
  const terms = counts.map(([symbol, count], index) => {
    values[`part${index}`] = `;${symbol};`;
    values[`removed${index}`] = count * (symbol.length + 2);
    return `length(${text}) - length(replace(${text}, @part${index}, '')) = @removed${index}`;
  });
  // Cheap, and true of few rows: it spares the others the counting.
  return ['s.natoms = @atomCount', ...terms];
}

/** Ranges of ids lead to their rows instead of being asked of every row. */
function rangeJoin({ ids, origIndexes }: JobFilter): string {
  if (isGiven(ids)) return `json_each(@ids) as range cross join structures s on ${inRange('s.id')}`;
  return isGiven(origIndexes)
    ? `json_each(@origIndexes) as range cross join structures s on ${inRange('s.orig_index')}`
    : 'structures s';
}

const inRange = (column: string): string => `${column} between range.value ->> 0 and range.value ->> 1`;

const isBetween = (list: string, column: string): string =>
  `exists (select 1 from json_each(${list}) where ${column} between value ->> 0 and value ->> 1)`;

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
