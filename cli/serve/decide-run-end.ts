import { describeLeftOut, type LeftOut } from '../../core/waiting/left-out.ts';
import { nameRecord } from '../../core/job/name-record.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';
import type { RunCounts } from '../../workflow/reports/count-run.ts';

/** What a run leaves behind. */
export interface RunFacts {
  counts: RunCounts;
  /** Claimed, and not at an end: the next run resumes them. */
  unfinished: number;
  /** A stop signal came before this many selected records were claimed. */
  unclaimed: number;
  /** Waiting records that no claim of this run took, by cause. */
  leftOut: readonly LeftOut[];
  /** Waiting records that the flags of this run did not select. */
  notSelected: number;
  /** The chemist's own names of the examples of the endings. */
  names: ReadonlyMap<number, string>;
}

/** How a run ends: its exit code, what is printed, and what to type next. */
export interface RunEnd {
  /** 0 all done, 3 nothing to do, 4 records failed, 75 stopped with work left. */
  exitCode: 0 | 3 | 4 | 75;
  lines: string[];
  /** Commands, the most useful first. */
  next: string[];
}

/** Decides from the facts alone. */
export function decideRunEnd(facts: RunFacts): RunEnd {
  const { counts, leftOut, notSelected, names } = facts;
  const exitCode = exitCodeOf(facts);
  return {
    exitCode,
    lines: [
      ...(exitCode === 3
        ? ['nothing to do: none of the selected records can run']
        : [describeCounts(counts)]),
      ...counts.endings.map((ending) => describeEnding(ending, names)),
      ...leftOut.map((one) => `left out: ${describeLeftOut(one)}`),
      ...(notSelected > 0
        ? [
            `${notSelected} other ${notSelected === 1 ? 'record waits' : 'records wait'}: this run did not select them`,
          ]
        : []),
      ...describeLeft(facts),
      ...describeFirstLook(facts),
    ],
    next: nextOf(exitCode, facts),
  };
}

function exitCodeOf({ counts, unfinished, unclaimed }: RunFacts): RunEnd['exitCode'] {
  if (unfinished + unclaimed > 0) return 75;
  if (counts.failed + counts.timedOut > 0) return 4;
  return counts.completed > 0 ? 0 : 3;
}

function describeCounts({ completed, failed, timedOut }: RunCounts): string {
  return `${completed} completed, ${failed} failed, ${timedOut} timed out`;
}

function describeEnding(
  { class: name, records, examples }: RunCounts['endings'][number],
  names: RunFacts['names'],
): string {
  const more = records > examples.length ? ', …' : '';
  return `  ${records} ${name}: ${examples.map((id) => nameRecord(id, names.get(id))).join(', ')}${more}, because ${rowOf(name).words}`;
}

function describeLeft({ unfinished, unclaimed }: RunFacts): string[] {
  const words = [
    ...(unfinished > 0 ? [`${unfinished} claimed but not finished`] : []),
    ...(unclaimed > 0 ? [`${unclaimed} not started`] : []),
  ];
  return words.length === 0 ? [] : [`stopped with work left: ${words.join(', ')}. 'oact run' resumes them.`];
}

/** The most frequent ending first: one look at one record may explain them all. */
function describeFirstLook({ counts: { endings }, names }: RunFacts): string[] {
  const [first] = endings;
  const [example] = first?.examples ?? [];
  if (first === undefined || example === undefined) return [];
  return [
    `look first at record ${nameRecord(example, names.get(example))}, ${first.class}: ${rowOf(first.class).cure}`,
  ];
}

function nextOf(exitCode: RunEnd['exitCode'], { counts, leftOut }: RunFacts): string[] {
  const [first] = counts.endings;
  const look = first === undefined ? [] : [`oact job explain ${first.examples[0]}`];
  if (exitCode === 75) return ['oact run', ...look];
  if (exitCode === 4 && first !== undefined)
    return [...look, `oact requeue ${chosenBy(first)} --dry-run   runs them again`];
  if (exitCode === 0) return ['oact export -o results.csv'];
  const [skipped] = leftOut;
  return skipped === undefined ? ['oact status'] : [`oact job explain ${skipped.examples[0]}`];
}

/** A time limit and a failure of another tool have no class that could be chosen by. */
function chosenBy({ status, class: name }: RunCounts['endings'][number]): string {
  return name === 'timed_out' || name === 'unknown' ? `--status ${status}` : `--class ${name}`;
}
