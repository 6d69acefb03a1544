import { readFacts } from '../../consumer/files/read-facts.ts';
import { messageOf, OactError, systemErrorCode } from '../../core/errors.ts';
import { describeVerdict, type OutputVerdict } from '../../orca/verdict/describe-verdict.ts';
import { findErrors, findOutput } from './files/find-output.ts';
import { print, printJson } from '../terminal/print.ts';
import { renderVerdict } from './render-verdict.ts';
import { reportError } from '../terminal/report-error.ts';

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
