import type { Calculation } from '../../core/job/calculation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import { judge } from '../../orca/verdict/judge.ts';
import type { OutputFacts } from '../../orca/output/read-output.ts';
import { readFacts } from './read-facts.ts';

/** What an output says whose run nobody watched. */
export type OutputVerdict =
  | { kind: 'ended'; outcome: Outcome; metrics: Metrics }
  /** ORCA has not said that it is over: it may still run, or was killed. */
  | { kind: 'unfinished' }
  /** The output of another program. */
  | { kind: 'not_orca' };

/** With these words in the last lines ORCA gives up; the existing system knows failures by them too. */
const lastWords = /aborting the run|Error/;

/** The verdict on an output that was found on disk: by its text alone, with the run type that ORCA itself names. */
export async function judgeOutput(path: string): Promise<OutputVerdict> {
  const output = await readFacts(path);
  if (output.version === null && output.runBanner === null) return { kind: 'not_orca' };
  if (!output.endedNormally && !output.lastLines.some((line) => lastWords.test(line)))
    return { kind: 'unfinished' };
  const runType = runTypeOf(output);
  return { kind: 'ended', ...judge({ output, stderr: '', runType, exitCode: null, signal: null }) };
}

function runTypeOf({ runBanner, maxGradientHartreePerBohr }: OutputFacts): Calculation['runType'] {
  if (runBanner?.endsWith('Geometry Optimization Run') === true) return 'optimization';
  const isGradient = runBanner?.endsWith('Energy+Gradient Calculation') ?? maxGradientHartreePerBohr !== null;
  return isGradient ? 'gradient' : 'single_point';
}
