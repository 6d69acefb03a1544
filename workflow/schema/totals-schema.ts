/**
 * Totals over the attempts that came to an end, kept by triggers in the transaction that settles them, so that no report reads every
 * attempt. Sums are whole milliseconds: what is added and taken away again leaves nothing behind.
 *
 * `oact_totals` has a row for each day (UTC, of the end), node, outcome and class; '' stands for no node and no class. `unknown` counts
 * attempts whose cores or times nobody knows, `timed` those with a time, `saved_core_ms` what interrupted runs computed that others went
 * on from. `last_ended_at` is the newest end there. `oact_pace` has a row for each piece of 300 s and each outcome.
 */

/** A piece of `oact_pace`. */
export const paceSeconds = 300;

/** Functions and words that SQLite 3.8 knows: existing tools with an old library must still be able to read the schema. */
const ended = (row: string): string => `coalesce(${row}finished_at, ${row}settled_at)`;
const isEnded = (row: string): string =>
  `${row}settled_at is not null and ${row}outcome in ('completed', 'failed', 'timed_out')`;
const dayOf = (row: string): string => `substr(${ended(row)}, 1, 10)`;
const pieceOf = (row: string): string => `coalesce(cast(strftime('%s', ${ended(row)}) as integer) / 300, 0)`;
const coresOf = (row: string): string =>
  `case when json_valid(${row}cores) then json_array_length(${row}cores) end`;
const milliseconds = (value: string): string => `coalesce(cast(round(1000 * (${value})) as integer), 0)`;
const cellOf = (row: string): string =>
  `${dayOf(row)}, coalesce(${row}node, ''), ${row}outcome, coalesce(${row}class, '')`;

/** Name → value of one attempt. */
const sumsOf = (row: string): Record<string, string> => ({
  attempts: '1',
  core_ms: milliseconds(`(${coresOf(row)}) * ${row}elapsed_seconds`),
  unknown: `(${coresOf(row)}) is null or ${row}elapsed_seconds is null`,
  saved_core_ms: milliseconds(`(${coresOf(row)}) * ${row}earlier_seconds`),
  handed_back: `coalesce(${row}handed_back, 0)`,
  lost: `coalesce(${row}lost, 0)`,
  faults: `coalesce(${row}faults, 0)`,
  elapsed_ms: milliseconds(`${row}elapsed_seconds`),
  timed: `${row}elapsed_seconds is not null`,
});
const names = Object.keys(sumsOf(''));

const isTotalOf = (row: string): string =>
  `day = ${dayOf(row)} and node = coalesce(${row}node, '') and outcome = ${row}outcome and class = coalesce(${row}class, '')`;
const isPaceOf = (row: string): string => `piece = ${pieceOf(row)} and outcome = ${row}outcome`;

const change = (sign: '+' | '-', row: string, only: readonly string[]): string =>
  only.map((name) => `${name} = ${name} ${sign} (${sumsOf(row)[name]})`).join(', ');
const paced = ['attempts', 'core_ms'] as const;

const add = `
  insert or ignore into oact_totals (day, node, outcome, class, last_ended_at) values (${cellOf('new.')}, ${ended('new.')});
  update oact_totals set ${change('+', 'new.', names)}, last_ended_at = max(last_ended_at, ${ended('new.')}) where ${isTotalOf('new.')};
  insert or ignore into oact_pace (piece, outcome) values (${pieceOf('new.')}, new.outcome);
  update oact_pace set ${change('+', 'new.', paced)} where ${isPaceOf('new.')};`;
const takeAway = `
  update oact_totals set ${change('-', 'old.', names)} where ${isTotalOf('old.')};
  update oact_totals set last_ended_at = coalesce((
    select max(${ended('')}) from oact_attempts
    where ${isEnded('')} and ${ended('')} >= oact_totals.day and ${ended('')} < oact_totals.day || '~' and outcome = oact_totals.outcome
      and coalesce(node, '') = oact_totals.node and coalesce(class, '') = oact_totals.class), last_ended_at)
  where ${isTotalOf('old.')} and last_ended_at = ${ended('old.')};
  delete from oact_totals where ${isTotalOf('old.')} and attempts = 0;
  update oact_pace set ${change('-', 'old.', paced)} where ${isPaceOf('old.')};
  delete from oact_pace where ${isPaceOf('old.')} and attempts = 0;`;

const counted =
  'settled_at, outcome, class, node, cores, elapsed_seconds, earlier_seconds, handed_back, lost, faults, finished_at';

const sum = (only: readonly string[]): string =>
  only.map((name) => `sum(${sumsOf('')[name]}) as ${name}`).join(', ');

/**
 * Both tables, counted anew from the attempts.
 * @param row.has whether the attempts have a column: a database that is only read stays at the version it has
 */
export function recountTotals(has: (column: string) => boolean = () => true): {
  totals: string;
  pace: string;
} {
  const late = ['earlier_seconds', 'handed_back', 'lost', 'faults'];
  const lacking = late.filter((column) => !has(column)).map((column) => `, null as ${column}`);
  const from = `from (select *${lacking.join('')} from oact_attempts) where ${isEnded('')}`;
  return {
    totals: `select ${dayOf('')} as day, coalesce(node, '') as node, outcome, coalesce(class, '') as class, ${sum(names)}, max(${ended('')}) as last_ended_at
      ${from} group by 1, 2, 3, 4`,
    pace: `select ${pieceOf('')} as piece, outcome, ${sum(paced)} ${from} group by 1, 2`,
  };
}

/** An entry of the migrations: append only, as they are. */
export const totalsMigration = `
  create table oact_totals (
    day text not null,
    node text not null,
    outcome text not null,
    class text not null,
    ${names.map((name) => `${name} integer not null default 0,`).join('\n    ')}
    last_ended_at text not null,
    primary key (day, node, outcome, class)
  ) without rowid;

  create table oact_pace (
    piece integer not null,
    outcome text not null,
    ${paced.map((name) => `${name} integer not null default 0,`).join('\n    ')}
    primary key (piece, outcome)
  ) without rowid;

  insert into oact_totals (day, node, outcome, class, ${names.join(', ')}, last_ended_at) ${recountTotals().totals};
  insert into oact_pace (piece, outcome, ${paced.join(', ')}) ${recountTotals().pace};

  create trigger oact_totals_add after update of ${counted} on oact_attempts when ${isEnded('new.')} begin ${add} end;
  create trigger oact_totals_take after update of ${counted} on oact_attempts when ${isEnded('old.')} begin ${takeAway} end;
  create trigger oact_totals_insert after insert on oact_attempts when ${isEnded('new.')} begin ${add} end;
  create trigger oact_totals_delete after delete on oact_attempts when ${isEnded('old.')} begin ${takeAway} end;

  -- The runs that took longest: the first rows of it, instead of every attempt.
  create index oact_attempts_elapsed on oact_attempts (elapsed_seconds) where elapsed_seconds is not null;
`;
