import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import type { ImportReport } from '../../producer/import/import-report.ts';
import type { WantedValues } from '../../producer/steering/plan-correction.ts';
import { holdImportLock } from '../campaign/hold-run-lock.ts';
import { applyCorrections, type CorrectContext, toJson } from '../steer/correct/apply-corrections.ts';
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
      sources.length === 0
        ? 'no source of structures is given'
        : 'more than one source of structures is given',
      { hint: 'Give one of --csv, --xyz or --extxyz.' },
    );
  }
  checkUpdateUsage(flags);
  const campaign = campaignOf(command);
  const opened = openSource(flags);
  const lock = flags.dryRun === true ? undefined : holdImportLock(campaign.dir);
  const stop = listenForStop();
  try {
    const workflow = openCampaignWorkflow(campaign, { readOnly: flags.dryRun ?? false });
    try {
      await importAndCorrect({ campaign, workflow, stop: stop.drain }, opened, flags);
    } finally {
      workflow.close();
    }
  } finally {
    stop.dispose();
    lock?.release();
  }
}

/** @throws OactError USAGE */
function checkUpdateUsage({ update, asNew, cancel, yes }: ImportFlags): void {
  if (update === true && asNew === true)
    throw new OactError('USAGE', '--update corrects the known record and --as-new adds another: choose one');
  if (update !== true && (cancel === true || yes === true))
    throw new OactError('USAGE', '--cancel and --yes belong to --update');
}

async function importAndCorrect(
  context: CorrectContext,
  opened: OpenSource,
  flags: ImportFlags,
): Promise<void> {
  const { campaign, workflow } = context;
  const isQuiet = flags.json === true;
  const report = await importWithBar(workflow, opened, flags, campaign.config.jobDirPattern);
  const { imported, duplicates, differing } = report;
  if (flags.dryRun === true) {
    if (!isQuiet) reportDryRun(opened, report, flags, 'oact import');
  } else if (imported + duplicates + differing.length === 0) {
    throw new OactError('IMPORT_ROW_INVALID', `no structure could be imported: ${renderImport(report)}`, {
      hint: 'Run the same command with --dry-run to see how oact reads the file.',
    });
  } else if (!isQuiet) print(renderImport(report));
  const isUpdate = flags.update === true && differing.length > 0;
  const corrections = isUpdate ? await applyCorrections(context, wantedBy(differing), flags) : undefined;
  const corrected = corrections === undefined ? {} : { corrections: toJson(corrections) };
  if (isQuiet && flags.dryRun === true) reportDryRun(opened, report, flags, 'oact import', corrected);
  else if (isQuiet) printJson({ campaign: campaign.dir, ...report, ...corrected });
  else if (flags.update !== true && flags.dryRun !== true) suggestCorrection(report);
}

/** What the rows say of the records that they name. */
function wantedBy(differing: ImportReport['differing']): Map<number, WantedValues> {
  return new Map(
    differing.map(({ recordId, charge, multiplicity, geometry }) => [
      recordId,
      { charge: charge.next, multiplicity: multiplicity.next, geometry: geometry ?? undefined },
    ]),
  );
}

/** Shows what would be imported. Its exit code is 1 when the same command without --dry-run would be refused. */
export function reportDryRun(
  { table, title }: OpenSource,
  report: ImportReport,
  flags: ImportFlags,
  command: string,
  more: Record<string, unknown> = {},
): void {
  const needed = neededFlags(table());
  const isRefused = needed.length > 0 || report.imported + report.duplicates + report.differing.length === 0;
  if (isRefused) process.exitCode = 1;
  if (flags.json === true)
    return printJson({ dryRun: true, source: title, table: table() ?? null, needed, ...report, ...more });
  print(renderPreview(title, table(), report));
  if (needed.length > 0)
    print(
      `Not imported without a flag, because oact guessed columns. If the guess is right: ${command} … ${needed.join(' ')}`,
    );
  print('Dry run: nothing was written.');
}

/** Rows that say otherwise of a known record are never imported unasked. */
export function suggestCorrection({ differing }: ImportReport): void {
  if (differing.length === 0) return;
  print(
    `${plural(differing.length, 'row')} above ${differing.length === 1 ? 'was' : 'were'} not imported: the records keep their values. To correct the records: oact import with the same flags and --update; to import the rows as new records: with --as-new.`,
  );
}
