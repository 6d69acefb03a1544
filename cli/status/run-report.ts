import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print } from '../terminal/print.ts';
import { renderReport } from './render-report.ts';
import { readReport } from './report-data.ts';

/** Flags of `oact report`. */
export interface ReportFlags {
  format: 'markdown' | 'json';
  output?: string;
  json?: boolean;
}

/** Reports on a campaign from its database. Writes nothing but the file that was asked for. */
export function runReport(command: Command, flags: ReportFlags): void {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const report = readReport(campaign, workflow, new Date());
    const asJson = flags.json === true || flags.format === 'json';
    const text = asJson ? JSON.stringify(report, null, 2) : renderReport(report);
    if (flags.output === undefined) print(text);
    else writeReport(flags.output, `${text}\n`);
  } finally {
    workflow.close();
  }
}

/** Whole or not at all: a report of yesterday is better than half of one. */
function writeReport(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new OactError(
      'FILE_UNWRITABLE',
      `${path} cannot be written: ${systemErrorCode(error) ?? 'unknown'}`,
      {
        hint: `Check that ${dirname(path)} exists and is writable.`,
        cause: error,
      },
    );
  }
}
