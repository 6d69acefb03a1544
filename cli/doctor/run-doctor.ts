import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { listLoginChecks } from './check-login.ts';
import { type CheckLine, exitCodeOf, failOf, ok, skip } from './check-line.ts';
import { renderChecks, summarizeChecks } from './render-checks.ts';
import { runChecks } from './run-checks.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { print, printJson } from '../terminal/print.ts';

/** Flags of both doctors. */
export interface DoctorFlags {
  json?: boolean;
  quiet?: boolean;
}

/** `oact doctor`: is this login node fit to lead a campaign. */
export async function runDoctor(command: Command, flags: DoctorFlags): Promise<void> {
  const { campaign, line } = findCampaign(command);
  const lines = [line, ...(await runChecks(listLoginChecks(campaign)))];
  report(lines, flags);
}

/** A doctor looks at what there is: without a campaign at the rest, and at a campaign that is broken as at none. */
export function findCampaign(command: Command): { campaign: Campaign | undefined; line: CheckLine } {
  try {
    const campaign = campaignOf(command);
    return { campaign, line: ok('campaign', `${campaign.config.campaign} in ${campaign.dir}`) };
  } catch (error) {
    const isMissing = error instanceof OactError && error.code === 'CAMPAIGN_NOT_FOUND';
    const line = isMissing
      ? skip('campaign', `${error.message}: checking the rest`)
      : failOf('campaign', error);
    return { campaign: undefined, line };
  }
}

/** Prints the lines and sets the exit code. @param picture lines above them, and `json` what is in their place */
export function report(
  lines: readonly CheckLine[],
  flags: DoctorFlags,
  extra: { picture: string[]; json: Record<string, unknown> } = { picture: [], json: {} },
): void {
  const exitCode = exitCodeOf(lines);
  const shown = renderChecks(lines, flags.quiet === true);
  if (flags.json === true) printJson({ ok: exitCode === 0, ...extra.json, checks: lines });
  else if (flags.quiet === true) {
    if (shown.length > 0) print(shown.join('\n'));
  } else print([...extra.picture, ...shown, '', summarizeChecks(lines)].join('\n'));
  process.exitCode = exitCode;
  // What hangs in a file system would hold this process, too.
  exitSoon();
}
