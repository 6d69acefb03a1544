import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { configFileName, loadCampaign } from '../../core/config/load-config.ts';
import type { ImportSource } from '../../producer/import/import-source.ts';
import { importStructures, type ImportReport } from '../../producer/import/import-structures.ts';
import { listFiles } from '../../producer/import/list-files.ts';
import { parseExtraColumns } from '../../producer/import/parse-extra-columns.ts';
import { readCsv } from '../../producer/import/read-csv.ts';
import { readXyz } from '../../producer/import/read-xyz.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { loadSites } from '../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../scheduler/sites/merge-sites.ts';
import type { Site } from '../../scheduler/sites/site-schema.ts';
import { adoptCopy } from './adopt-copy.ts';
import { placeScripts } from './place-scripts.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { writeCampaignFile } from './write-campaign-file.ts';

/** Flags of `oact init`. */
export interface InitFlags {
  csv?: string;
  xyz?: string;
  extxyz?: string;
  database?: string;
  geometryColumn?: string;
  chargeColumn?: string;
  multiplicityColumn?: string;
  unpairedColumn?: string;
  extraColumns?: string;
  charge?: number;
  multiplicity?: number;
  site?: string;
  strict?: boolean;
  adoptCopy?: boolean;
  json?: boolean;
}

const shownBadRows = 10;

export async function runInit(dirArgument: string, flags: InitFlags): Promise<void> {
  if (flags.adoptCopy === true) return adoptCopy(dirArgument, flags.json === true);
  const sources = [flags.csv, flags.xyz, flags.extxyz, flags.database].filter(
    (source) => source !== undefined,
  );
  if (sources.length !== 1) {
    throw new OactError(
      'USAGE',
      sources.length === 0
        ? 'there is nothing to make a campaign from'
        : 'more than one source of structures is given',
      {
        hint: 'Give one of --csv, --xyz, --extxyz or --database.',
      },
    );
  }
  const dir = resolve(dirArgument);
  const site = flags.site === undefined ? null : resolveSite(flags.site, loadSites(dir));
  if (flags.database !== undefined) return adopt(dir, resolve(flags.database), site, flags);
  const report = await importInto(dir, site, flags);
  if (flags.json === true) return printJson({ campaign: dir, ...report });
  print(renderImport(report));
  print(`Campaign: ${dir}\nNext: oact run -C ${dirArgument} --orca-path /path/to/orca`);
}

function adopt(dir: string, databasePath: string, site: Site | null, flags: InitFlags): void {
  const workflow = openWorkflow(databasePath);
  const counts = countByStatus(workflow);
  workflow.close();
  const inside = relative(dir, databasePath);
  const database = inside.startsWith('..') ? databasePath : inside;
  writeCampaignFile(dir, { campaign: workflow.campaignId, database, jobRoot: 'jobs' });
  const campaign = loadCampaign(dir);
  if (campaign.databasePath !== databasePath) {
    throw new OactError(
      'CAMPAIGN_EXISTS',
      `${dir} is the campaign of another database, ${campaign.databasePath}`,
      {
        hint: 'Choose another directory.',
      },
    );
  }
  mkdirSync(campaign.jobRoot, { recursive: true });
  placeScripts(dir, site);
  if (flags.json === true) printJson({ campaign: dir, database: databasePath, records: counts.total });
  else
    print(
      `Adopted ${databasePath} with ${counts.total} records (${counts.to_run} to run).\nCampaign: ${dir}`,
    );
}

/** What a failed first import leaves is removed: a person who mends the command must not meet half a campaign. */
async function importInto(dir: string, site: Site | null, flags: InitFlags): Promise<ImportReport> {
  const source = openSource(flags);
  const isCampaign = existsSync(join(dir, configFileName));
  const databasePath = isCampaign ? loadCampaign(dir).databasePath : join(dir, 'workflow.db');
  const isNew = !existsSync(databasePath);
  const madeDir = isNew ? mkdirSync(dir, { recursive: true }) : undefined;
  try {
    if (isNew) createWorkflow(databasePath, { extraColumns: extraColumnsOf(flags) });
    const report = await importWithBar(databasePath, source, flags);
    if (report.imported + report.duplicates === 0) {
      throw new OactError('IMPORT_ROW_INVALID', `no structure could be imported: ${renderImport(report)}`);
    }
    if (!isCampaign) finishCampaign(dir, databasePath, site);
    return report;
  } catch (error) {
    if (isNew) rmSync(databasePath, { force: true });
    if (madeDir !== undefined) rmSync(madeDir, { recursive: true, force: true });
    throw error;
  }
}

async function importWithBar(
  databasePath: string,
  source: ImportSource,
  flags: InitFlags,
): Promise<ImportReport> {
  const workflow = openWorkflow(databasePath);
  const bar = startProgressBar('import', 100, flags.json === true);
  try {
    return await importStructures(workflow, source, {
      strict: flags.strict ?? false,
      onProgress: ({ fraction }) => bar.update(Math.floor(fraction * 100)),
    });
  } finally {
    bar.stop();
    workflow.close();
  }
}

function finishCampaign(dir: string, databasePath: string, site: Site | null): void {
  const workflow = openWorkflow(databasePath);
  workflow.close();
  writeCampaignFile(dir, { campaign: workflow.campaignId, database: 'workflow.db', jobRoot: 'jobs' });
  mkdirSync(join(dir, 'jobs'), { recursive: true });
  placeScripts(dir, site);
}

const extraColumnsOf = (flags: InitFlags): ReturnType<typeof parseExtraColumns> =>
  flags.extraColumns === undefined ? [] : parseExtraColumns(flags.extraColumns);

function openSource(flags: InitFlags): ImportSource {
  if (flags.csv !== undefined) return readCsv(flags.csv, { ...flags, extraColumns: extraColumnsOf(flags) });
  const files = flags.xyz === undefined ? [flags.extxyz ?? ''] : listFiles(flags.xyz);
  return readXyz(files, { charge: flags.charge, multiplicity: flags.multiplicity });
}

export function renderImport(report: ImportReport): string {
  const lines = [`${report.imported} imported, ${report.duplicates} known already, ${report.badCount} bad`];
  for (const { file, line, reason } of report.bad.slice(0, shownBadRows))
    lines.push(`  ${file}:${line}: ${reason}`);
  const more = report.badCount - Math.min(report.bad.length, shownBadRows);
  if (more > 0) lines.push(`  … and ${more} more`);
  return lines.join('\n');
}
