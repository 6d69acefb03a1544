import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { configFileName, loadCampaign } from '../../core/config/load-config.ts';
import type { ImportReport } from '../../producer/import/import-report.ts';
import { countUnset } from '../../workflow/records/count-unset.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { loadSites } from '../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../scheduler/sites/merge-sites.ts';
import type { Site } from '../../scheduler/sites/site-schema.ts';
import type { ImportFlags } from '../flags/import-flags.ts';
import { describeUnset } from '../import/describe-unset.ts';
import { importWithBar, previewNew } from '../import/import-into.ts';
import { extraColumnsOf, openSource, type OpenSource, refuseSurplus } from '../import/open-source.ts';
import { holdImportLock } from './hold-run-lock.ts';
import { adoptCopy } from './adopt-copy.ts';
import { print, printJson } from '../terminal/print.ts';
import { renderImport } from '../import/render-import.ts';
import { reportDryRun, suggestCorrection } from '../import/run-import.ts';
import { newJobDirPattern, writeCampaignFile } from './write-campaign-file.ts';
import { planScript } from '../../scheduler/script/plan-script.ts';
import { nameProgram, renderScript } from '../../scheduler/script/render-script.ts';
import {
  programPath,
  readShippedScript,
  scriptKinds,
  type ScriptKind,
  scriptNameOf,
} from '../../scheduler/script/shipped-scripts.ts';
import { type SchedulerName, schedulerNames } from '../../scheduler/schedulers.ts';

/** Flags of `oact init`. */
export interface InitFlags extends ImportFlags {
  database?: string;
  site?: string;
  adoptCopy?: boolean;
}

export async function runInit(
  dirArgument: string,
  flags: InitFlags,
  surplus: readonly string[] = [],
): Promise<void> {
  if (flags.adoptCopy === true) return adoptCopy(dirArgument, flags.json === true);
  refuseSurplus(
    existsSync(dirArgument) && isFile(dirArgument) ? [dirArgument, ...surplus] : surplus,
    flags,
    'init DIR',
  );
  const sources = [flags.csv, flags.xyz, flags.extxyz, flags.database].filter(
    (source) => source !== undefined,
  );
  if (sources.length !== 1) {
    throw new OactError(
      'USAGE',
      sources.length === 0
        ? 'no source of structures is given'
        : 'more than one source of structures is given',
      {
        hint: 'Give one of --csv, --xyz, --extxyz or --database. Add other sources later with oact import.',
      },
    );
  }
  const dir = resolve(dirArgument);
  const site = flags.site === undefined ? null : resolveSite(flags.site, loadSites(dir));
  if (flags.database !== undefined) return adopt(dir, resolve(flags.database), site, flags);
  const opened = openSource(flags);
  if (flags.dryRun === true) return preview(dir, opened, flags, `oact init ${dirArgument}`);
  const report = await importInto(dir, site, opened, flags);
  if (flags.json === true) return printJson({ campaign: dir, ...report });
  print(renderImport(report));
  suggestCorrection(report);
  print(`Campaign: ${dir}\nNext: oact run -C ${dirArgument} --orca-path /path/to/orca`);
}

const isFile = (path: string): boolean => statSync(path).isFile();

async function preview(dir: string, opened: OpenSource, flags: InitFlags, command: string): Promise<void> {
  if (!existsSync(join(dir, configFileName)))
    return reportDryRun(opened, await previewNew(opened, flags), flags, command);
  const { databasePath, config } = loadCampaign(dir);
  const workflow = openWorkflow(databasePath, { readOnly: true });
  try {
    const report = await importWithBar(workflow, opened, flags, config.jobDirPattern);
    reportDryRun(opened, report, flags, command);
  } finally {
    workflow.close();
  }
}

function adopt(dir: string, databasePath: string, site: Site | null, flags: InitFlags): void {
  const isDryRun = flags.dryRun === true;
  const workflow = openWorkflow(databasePath, { readOnly: isDryRun });
  const counts = countByStatus(workflow);
  const unset = countUnset(workflow, 'all');
  workflow.close();
  if (!isDryRun) makeAdopted(dir, databasePath, workflow.campaignId, site);
  if (flags.json === true) {
    return printJson({
      campaign: dir,
      database: databasePath,
      records: counts.total,
      unset,
      dryRun: isDryRun,
    });
  }
  const verb = isDryRun ? 'Would adopt' : 'Adopted';
  print(`${verb} ${databasePath} with ${counts.total} records (${counts.to_run} to run).\nCampaign: ${dir}`);
  const note = describeUnset(unset);
  if (note !== undefined) print(note);
  if (isDryRun) print('Dry run: nothing was written.');
}

function makeAdopted(dir: string, databasePath: string, campaignId: string, site: Site | null): void {
  const inside = relative(dir, databasePath);
  const database = inside.startsWith('..') ? databasePath : inside;
  writeCampaignFile(dir, { campaign: campaignId, database, jobRoot: 'jobs' });
  const campaign = loadCampaign(dir);
  if (campaign.databasePath !== databasePath) {
    throw new OactError(
      'CAMPAIGN_EXISTS',
      `${dir} already is the campaign of another database, ${campaign.databasePath}`,
      {
        hint: 'Choose another directory.',
      },
    );
  }
  mkdirSync(campaign.jobRoot, { recursive: true });
  placeScripts(dir, site);
}

/** What a failed first import leaves is removed: a user who mends the command must not meet half a campaign. */
async function importInto(
  dir: string,
  site: Site | null,
  opened: OpenSource,
  flags: InitFlags,
): Promise<ImportReport> {
  const isCampaign = existsSync(join(dir, configFileName));
  const databasePath = isCampaign ? loadCampaign(dir).databasePath : join(dir, 'workflow.db');
  const isNew = !existsSync(databasePath);
  const pattern = isCampaign ? loadCampaign(dir).config.jobDirPattern : newJobDirPattern;
  const madeDir = isNew ? mkdirSync(dir, { recursive: true }) : undefined;
  try {
    if (isNew) createWorkflow(databasePath, { extraColumns: extraColumnsOf(flags) });
    const lock = holdImportLock(dir);
    const workflow = openWorkflow(databasePath);
    const report = await importWithBar(workflow, opened, flags, pattern).finally(() => {
      workflow.close();
      lock.release();
    });
    if (report.imported + report.duplicates + report.differing.length === 0) {
      throw new OactError('IMPORT_ROW_INVALID', `no structure could be imported: ${renderImport(report)}`, {
        hint: 'Run the same command with --dry-run to see how oact reads the file.',
      });
    }
    if (!isCampaign) finishCampaign(dir, databasePath, site, isNew);
    return report;
  } catch (error) {
    if (isNew) rmSync(databasePath, { force: true });
    if (madeDir !== undefined) rmSync(madeDir, { recursive: true, force: true });
    throw error;
  }
}

function finishCampaign(dir: string, databasePath: string, site: Site | null, isNew: boolean): void {
  const workflow = openWorkflow(databasePath);
  workflow.close();
  const settings = { campaign: workflow.campaignId, database: 'workflow.db', jobRoot: 'jobs' };
  writeCampaignFile(dir, { ...settings, ...(isNew && { jobDirPattern: newJobDirPattern }) });
  mkdirSync(join(dir, 'jobs'), { recursive: true });
  placeScripts(dir, site);
}

/**
 * Puts the scheduler scripts into a campaign, where a user edits them: the one of a site, made for it, or all of them.
 * They get the absolute path of this oact, so that nodes find it without PATH. Scripts that are there stay.
 */
function placeScripts(dir: string, site: Site | null): void {
  const wanted = site === null ? schedulerNames : [site.scheduler.value];
  for (const scheduler of wanted) for (const kind of scriptKinds) placeScript(dir, site, scheduler, kind);
}

function placeScript(dir: string, site: Site | null, scheduler: SchedulerName, kind: ScriptKind): void {
  const target = join(dir, scriptNameOf(scheduler, kind));
  if (existsSync(target)) return;
  const shipped = readShippedScript(scheduler, kind);
  const text =
    site === null
      ? nameProgram(shipped, programPath())
      : renderScript(shipped, planScript({}, site), programPath());
  writeFileSync(target, text);
}
