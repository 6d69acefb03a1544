import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { ImportReport } from '../../producer/import/import-report.ts';
import type { ImportFlags } from '../flags/import-flags.ts';
import { print, printJson } from '../terminal/print.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { importWithBar } from './import-into.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openSource, type OpenSource, refuseSurplus } from './open-source.ts';
import { plural, renderImport } from './render-import.ts';
import { neededFlags, renderPreview } from './render-preview.ts';

export async function runImport(
  command: Command,
  flags: ImportFlags,
  surplus: readonly string[],
): Promise<void> {
  refuseSurplus(surplus, flags, 'import');
  const sources = [flags.csv, flags.xyz, flags.extxyz].filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw new OactError(
      'USAGE',
      sources.length === 0 ? 'there is nothing to import' : 'more than one source of structures is given',
      { hint: 'Give one of --csv, --xyz or --extxyz.' },
    );
  }
  const campaign = campaignOf(command);
  const opened = openSource(flags);
  const workflow = openCampaignWorkflow(campaign, { readOnly: flags.dryRun ?? false });
  try {
    const report = await importWithBar(workflow, opened, flags);
    if (flags.dryRun === true) return reportDryRun(opened, report, flags, 'oact import');
    if (report.imported + report.duplicates + report.differing.length === 0) {
      throw new OactError('IMPORT_ROW_INVALID', `no structure could be imported: ${renderImport(report)}`, {
        hint: 'The same command with --dry-run shows how the file is read.',
      });
    }
    if (flags.json === true) return printJson({ campaign: campaign.dir, ...report });
    print(renderImport(report));
    suggestCorrection(report, campaign.dir);
  } finally {
    workflow.close();
  }
}

/** Shows what would be imported. Its exit code is 1 when the same command without --dry-run would be refused. */
export function reportDryRun(
  { table, title }: OpenSource,
  report: ImportReport,
  flags: ImportFlags,
  command: string,
): void {
  const needed = neededFlags(table());
  const isRefused = needed.length > 0 || report.imported + report.duplicates + report.differing.length === 0;
  if (isRefused) process.exitCode = 1;
  if (flags.json === true)
    return printJson({ dryRun: true, source: title, table: table() ?? null, needed, ...report });
  print(renderPreview(title, table(), report));
  if (needed.length > 0)
    print(
      `Refused as it stands, because columns were guessed. If the guess is right: ${command} … ${needed.join(' ')}`,
    );
  print('Dry run: nothing was written.');
}

/** Rows that say otherwise of a known record are never imported unasked. */
export function suggestCorrection({ differing }: ImportReport, dir: string): void {
  if (differing.length === 0) return;
  print(
    `${plural(differing.length, 'row')} above ${differing.length === 1 ? 'was' : 'were'} not imported: the records keep their values. To correct a record: oact set -C ${dir} ID; to import the rows as new records: the same command with --as-new.`,
  );
}
