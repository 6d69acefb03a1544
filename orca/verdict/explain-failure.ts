import type { FailureHits } from '../output/collect-failures.ts';
import { failureRules, verdictClasses } from './failure-classes.ts';
import { describeLimit, type Flaw } from './find-flaw.ts';
import type { OutputFacts } from '../output/output-facts.ts';
import { phraseReason } from './phrase-reason.ts';

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A line above a footer that names no class of its own but says more than the footer does. */
const telling = /did not converge|unconverged|have not converged|\bproblem\b/i;

/** ORCA's banner stands within this many bytes. */
const bannerBytes = 4096;

/** Why a run printed no end marker: the first class, in order of priority, with a sign in output or stderr. */
export function explainFailure(output: OutputFacts, errors: FailureHits, end: ProcessEnd): Flaw {
  for (const { class: name, scope, retryable } of failureRules) {
    const inOutput = (scope === 'run' ? output.failuresInRun : output.failuresInStep)[name] ?? [];
    const words = [...inOutput, ...(errors[name] ?? [])];
    if (words.length === 0) continue;
    // At the cycle limit ORCA refuses to go on with frequencies; no module has crashed then.
    if (name === 'crash_module' && output.optimization === 'limit_reached') return describeLimit(output);
    const more = name === 'crash_module' ? output.lastLines.filter((line) => telling.test(line)) : [];
    return { class: name, reason: phraseReason([...more, ...words], output.lastLines), retryable };
  }
  // What a shell or loader answers for a program it cannot start; ORCA itself explains its 126.
  if (output.version === null && (end.exitCode === 126 || end.exitCode === 127)) {
    return { class: 'env_missing', reason: `ORCA did not start: exit code ${end.exitCode}`, retryable: true };
  }
  // A program that ended by itself has said all it had to say; GNOME's screen reader is called `orca`, too.
  const hasSpoken =
    end.exitCode !== null && end.signal === null ? output.bytes > 0 : output.bytes > bannerBytes;
  if (!output.isOrca && hasSpoken) {
    return {
      class: 'not_orca',
      reason: describeStranger(output),
      retryable: verdictClasses.not_orca,
    };
  }
  return {
    class: 'killed_midrun',
    reason: describeSilence(output, end),
    retryable: verdictClasses.killed_midrun,
  };
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
