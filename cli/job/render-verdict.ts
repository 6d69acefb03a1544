import pc from 'picocolors';
import { formatDuration } from '../../core/config/duration.ts';
import type { OutputVerdict } from '../../orca/verdict/describe-verdict.ts';
import { paintStatus } from '../terminal/print.ts';

/** A verdict as one line: how it ended and why, else what was computed. */
export function renderVerdict(verdict: OutputVerdict): string {
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
