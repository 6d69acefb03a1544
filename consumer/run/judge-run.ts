import { join } from 'node:path';
import type { Calculation } from '../../core/job/calculation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import type { OutputFacts } from '../../orca/output/output-facts.ts';
import { findOtherStructure } from '../../orca/verdict/find-other-structure.ts';
import type { DoubtRules } from '../../orca/verdict/find-warnings.ts';
import { findOtherInput } from '../../orca/verdict/find-other-input.ts';
import { judge } from '../../orca/verdict/judge.ts';
import { readFacts } from '../files/judge-output.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { renderWarning } from '../../core/job/warning.ts';
import { outputTooLargeClass } from '../../orca/failures/catalogue.ts';
import type { RunEnding } from './run-orca.ts';

/**
 * The outcome of a run that was not interrupted: by its own limit, else by what ORCA wrote.
 * @param asked what the input of this run asked for: an output of another structure is no success
 */
export async function judgeRun(
  runDir: string,
  runType: Calculation['runType'],
  ending: Exclude<RunEnding, { kind: 'interrupted' }>,
  timeLimitSeconds: number,
  asked?: Calculation,
  rules?: DoubtRules,
): Promise<{ outcome: Outcome; metrics: Metrics }> {
  const [output, stderr] = await Promise.all([
    readFacts(join(runDir, 'orca.out')),
    readFacts(join(runDir, 'orca.err')),
  ]);
  const exit = ending.kind === 'exited' ? ending : { exitCode: null, signal: 'SIGTERM' };
  const verdict = judge({
    output,
    stderr,
    runType,
    exitCode: exit.exitCode,
    signal: exit.signal,
    ...(rules && { rules }),
  });
  const other = asked && verdict.outcome.kind === 'completed' ? findOtherStructure(output, asked) : undefined;
  if (ending.kind === 'exited' && other !== undefined) {
    const outcome = { kind: 'failed', class: 'suspicious_result', reason: other, retryable: false } as const;
    return { outcome, metrics: verdict.metrics };
  }
  if (ending.kind === 'exited')
    return asked === undefined ? verdict : doubtInput(verdict, output, asked, rules);
  if (ending.kind === 'too_large')
    return {
      outcome: { kind: 'failed', class: outputTooLargeClass, reason: ending.why, retryable: false },
      metrics: verdict.metrics,
    };
  // The words of the existing system, which its users search for.
  return {
    outcome: { kind: 'timed_out', reason: `Job exceeded ${timeLimitSeconds}s timeout` },
    metrics: verdict.metrics,
  };
}

/** A wrapper of ORCA may change the input on purpose, so that this is a doubt; a failure only for who wants it (`strict`). */
function doubtInput(
  verdict: { outcome: Outcome; metrics: Metrics },
  output: OutputFacts,
  asked: Calculation,
  rules: DoubtRules | undefined,
): { outcome: Outcome; metrics: Metrics } {
  if (verdict.outcome.kind !== 'completed') return verdict;
  // Ranks and memory are the slot's, and not compared.
  const words = findOtherInput(output.settings, renderInput(asked, { ranks: 1, maxCoreMb: 1 }));
  if (words === undefined) return verdict;
  const metrics = {
    ...verdict.metrics,
    warnings: [...verdict.metrics.warnings, renderWarning('other_input', words)],
  };
  if (rules?.strict.includes('other_input') !== true) return { ...verdict, metrics };
  const outcome = { kind: 'failed', class: 'suspicious_result', reason: words, retryable: false } as const;
  return { outcome, metrics };
}
