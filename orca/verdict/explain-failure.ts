// Says which failure class explains that a run ended without success, and in whose words.
import { catalogue, type FailureClass, isRetryable, signedClasses } from '../failures/catalogue.ts';
import { type FailureHit } from '../output/collect-failures.ts';
import type { OutputFacts } from '../output/output-facts.ts';
import { describeLimit, type Flaw } from './find-flaw.ts';
import { phraseReason } from './phrase-reason.ts';

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What a run wrote to stderr, as far as it explains an end. */
export interface ErrorFacts {
  readonly hits: readonly FailureHit[];
  readonly lastLines: readonly string[];
}

/** A line above a footer that names no class of its own but says more than the footer does. */
const telling = /did not converge|unconverged|have not converged|\bproblem\b/i;

/** ORCA's banner stands within this many bytes. */
const bannerBytes = 4096;

/** ORCA complains of these and continues, too; a signal may end it afterwards. */
const complaints: ReadonlySet<FailureClass> = new Set([
  'scf_not_converged',
  'opt_step_failed',
  'linear_dependence',
  'no_barrier',
]);

const kills: ReadonlySet<FailureClass> = new Set(['interrupted', 'oom_killed']);

/** A shell that says no more of a program that a signal has ended. */
const bareKills: readonly (readonly [RegExp, FailureClass])[] = [
  [/^(?:sh: \d+: |.*: )?Killed$/, 'oom_killed'],
  [/^(?:sh: \d+: |.*: )?Terminated$/, 'interrupted'],
];

const isSpecific = ({ class: name }: FailureHit): boolean => name !== 'crash_module' && !kills.has(name);

/**
 * Why a run did not end well: the first class, in order of priority, of the best evidence. ORCA's own words are the best; then
 * come signals by which its ranks died, then stderr, scheduler, shell and kernel, then the bare footer of a module.
 * @param own sentences of ORCA's output that count
 */
export function explainFailure(
  output: OutputFacts,
  own: readonly FailureHit[],
  errors: ErrorFacts,
  end: ProcessEnd,
): Flaw {
  const ours = own.filter(({ sign }) => sign.by === undefined);
  const theirs = [
    ...own.filter(({ sign }) => sign.by !== undefined),
    ...errors.hits,
    ...readBareKills(errors),
  ];
  const isDeath = ours.some((hit) => hit.class === 'crash_module');
  const killings = [...ours, ...theirs].filter((hit) => kills.has(hit.class));
  const isKilled = !isDeath || killings.some(({ sign }) => sign.by === undefined || sign.decisive);
  const isComplaint = (hit: FailureHit): boolean =>
    complaints.has(hit.class) || (!isDeath && hit.sign.nearEnd === true);
  const found =
    choose(ours.filter((hit) => isSpecific(hit) && !isComplaint(hit))) ??
    (isKilled ? choose(killings) : undefined) ??
    choose(ours.filter((hit) => isComplaint(hit))) ??
    choose(theirs.filter((hit) => hit.class !== 'crash_module')) ??
    choose([...ours, ...theirs]);
  if (found === undefined) return explainSilence(output, end);
  // At the cycle limit ORCA refuses to continue with frequencies; no module has crashed then.
  if (found.name === 'crash_module' && output.optimization === 'limit_reached') return describeLimit(output);
  const more = found.name === 'crash_module' ? output.lastLines.filter((line) => telling.test(line)) : [];
  return flawOf(found.name, phraseReason([...more, ...found.words], output.lastLines));
}

/** The class that explains most among these, with its words; a decisive one before all others. */
function choose(hits: readonly FailureHit[]): { name: FailureClass; words: readonly string[] } | undefined {
  const best = hits.find(({ sign }) => sign.decisive)?.class;
  const name = best ?? signedClasses.find((one) => hits.some((hit) => hit.class === one));
  if (name === undefined) return undefined;
  return { name, words: [...new Set(hits.filter((hit) => hit.class === name).map(({ text }) => text))] };
}

/** The sentences of an output that count for the end of its run. */
export function hitsAtEnd({ hits }: OutputFacts): FailureHit[] {
  return hits.filter((hit) => hit.isInStep || catalogue[hit.class].scope === 'run');
}

function readBareKills({ lastLines }: ErrorFacts): FailureHit[] {
  return lastLines.flatMap((line) =>
    bareKills
      .filter(([pattern]) => pattern.test(line.trim()))
      .map(([, name]) => {
        const sign = { phrase: '', by: 'outside' } as const;
        return { class: name, text: line, sign, isInStep: true, isAfterEnd: false };
      }),
  );
}

export function flawOf(name: FailureClass, reason: string): Flaw {
  return { class: name, reason, retryable: isRetryable(name) };
}

function explainSilence(output: OutputFacts, end: ProcessEnd): Flaw {
  // What a shell or loader answers for a program it cannot start; ORCA itself explains its 126.
  if (output.version === null && (end.exitCode === 126 || end.exitCode === 127))
    return flawOf('env_missing', `ORCA did not start: exit code ${end.exitCode}`);
  // A program that ended by itself has said all it had to say; GNOME's screen reader is called `orca`, too.
  const hasSpoken =
    end.exitCode !== null && end.signal === null ? output.bytes > 0 : output.bytes > bannerBytes;
  if (!output.isOrca && hasSpoken) return flawOf('not_orca', describeStranger(output));
  return flawOf('killed_midrun', describeSilence(output, end));
}

function describeStranger({ lastLines }: OutputFacts): string {
  const words = lastLines.length > 3 ? '' : phraseReason(lastLines.slice(0, 1));
  return `nothing in it was written by ORCA${words === '' ? '' : `: ${words}`}`;
}

function describeSilence({ bytes, lastLines }: OutputFacts, { exitCode, signal }: ProcessEnd): string {
  const code = exitCode === null ? '' : `, exit code ${exitCode}`;
  const how = signal === null ? code : `, signal ${signal}`;
  if (bytes === 0) return `the output is empty${how}`;
  const lastWords = lastLines.map((line) => phraseReason([line])).findLast((words) => words !== '');
  return `the output stops without an end marker${how}; its last line: ${lastWords ?? ''}`.slice(0, 300);
}
