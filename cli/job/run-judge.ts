import pc from 'picocolors';
import { findErrors, findOutput } from './files/find-output.ts';
import { paintStatus, print, printJson } from '../terminal/print.ts';
import { reportError } from '../terminal/report-error.ts';
import { readFacts } from '../../consumer/files/judge-output.ts';
import { checkBelowRoot } from '../../core/below-root.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { OactError, messageOf, systemErrorCode } from '../../core/errors.ts';
import { type OutputVerdict, describeVerdict } from '../../orca/verdict/describe-verdict.ts';

/** Flags of `oact judge`. */
export interface JudgeFlags {
  json?: boolean;
}

/** Judges one after the other; what cannot be read is named and does not stop the rest. */
export async function runJudge(paths: readonly string[], flags: JudgeFlags): Promise<void> {
  const verdicts: OutputVerdict[] = [];
  for (const path of paths) {
    try {
      const verdict = await judgePath(path);
      if (flags.json === true) verdicts.push(verdict);
      else print(renderVerdict(verdict));
    } catch (error) {
      process.exitCode = reportError(error, false);
    }
  }
  if (flags.json === true) printJson(verdicts);
}

/** @throws OactError FILE_UNREADABLE */
async function judgePath(path: string): Promise<OutputVerdict> {
  const file = findOutput(path);
  const errors = findErrors(file);
  // A file is what its reader named; of a directory, nothing is read that lies elsewhere.
  if (file !== path)
    for (const found of [file, ...(errors === undefined ? [] : [errors])])
      checkBelowRoot(
        path,
        found,
        'A link in this directory points outside it: give the path of the file itself.',
      );
  try {
    return describeVerdict(file, await readFacts(file), errors === undefined ? '' : await readFacts(errors));
  } catch (error) {
    throw new OactError(
      'FILE_UNREADABLE',
      `${file} cannot be read: ${systemErrorCode(error) ?? messageOf(error)}`,
      { cause: error },
    );
  }
}

/** A verdict as one line: how it ended and why, else what was computed. */
function renderVerdict(verdict: OutputVerdict): string {
  const { outcome, file, line, class: name } = verdict;
  const words = name === null ? describeSuccess(verdict) : [pc.bold(name), line ?? ''];
  const warnings = verdict.warnings.map((warning) => pc.yellow(`(${warning})`));
  return [paintStatus(outcome.padEnd('completed'.length)), file, ...words, ...warnings].join('  ');
}

function describeSuccess(verdict: OutputVerdict): string[] {
  const { kind, finalEnergyHartree, scfCycles, optCycles, runTimeSeconds } = verdict;
  return [
    kind ?? '',
    finalEnergyHartree === null ? '' : `${finalEnergyHartree} Eh`,
    optCycles === 0 ? '' : `${optCycles} optimization cycles`,
    scfCycles === null ? '' : `${scfCycles} SCF cycles`,
    runTimeSeconds === null ? '' : formatDuration(runTimeSeconds),
  ].filter((words) => words !== '');
}
