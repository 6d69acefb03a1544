import { extname } from 'node:path';
import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { renderFrame } from '../../orca/output/render-frame.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import {
  type ExportFilter,
  type ExportRow,
  listExportRows,
  listExtraColumns,
} from '../../workflow/results/list-export-rows.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { openSink, type Sink } from '../export/open-sink.ts';
import { readFrame } from '../export/read-frame.ts';
import { renderCsvHead, renderCsvRow, renderJsonRow } from '../export/render-row.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { idsOf } from '../flags/record-ids.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { printJson } from '../terminal/print.ts';
import { exitCodeOf } from '../serve/run-recover.ts';

const exportFormats = ['csv', 'jsonl', 'extxyz'] as const;
type ExportFormat = (typeof exportFormats)[number];

const statuses = ['to_run', 'running', 'completed', 'failed', 'timeout'];

/** Flags of `oact export`. */
export interface ExportFlags {
  format?: ExportFormat;
  output?: string;
  status?: string[];
  ids?: IdRange[];
  requireForces?: boolean;
  raw?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** The shape of `oact export --json`. */
interface ExportReport {
  format: ExportFormat;
  output: string | null;
  written: number;
  /** Of extxyz: frames with forces. */
  withForces: number;
  skipped: { id: number; reason: string }[];
  /** Written, but without something that one would expect there: an energy, the forces. */
  lacking: { id: number; reason: string }[];
}

type JobDirFinder = ReturnType<typeof createJobDirFinder>;

const pageSize = 500;
/** Skipped records that are named one by one. */
const namedSkips = 5;

export async function runExport(command: Command, args: IdRange[], flags: ExportFlags): Promise<void> {
  const format = formatOf(flags);
  const filter = filterOf(args, flags, format);
  const output = flags.output ?? null;
  if (output === null && flags.json === true)
    throw new OactError('USAGE', '--json prints a summary of a file: give --output', {
      hint: 'For rows as JSON, use --format jsonl.',
    });
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const jobDirOf = createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern);
  const stop = listenForStop();
  const report: ExportReport = { format, output, written: 0, withForces: 0, skipped: [], lacking: [] };
  try {
    const sink = await openSink(output, flags.yes === true);
    try {
      await exportRows(workflow, filter, sink, report, { flags, signal: stop.drain, jobDirOf });
      if (stop.drain.aborted) {
        await sink.abandon();
        process.exitCode = exitCodeOf(stop.drain);
        return;
      }
      if (report.written === 0) {
        tellSkipped(report);
        throw new OactError('NOTHING_TO_DO', 'no record was exported', {
          hint: 'oact status counts the records by status.',
        });
      }
      await sink.finish();
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    if (flags.json === true) printJson(report);
    else tellSkipped(report);
    if (flags.json !== true && output !== null)
      process.stderr.write(
        `oact: ${report.written} records in ${output}${format === 'extxyz' ? `, ${report.withForces} of them with forces` : ''}\n`,
      );
  } finally {
    stop.dispose();
    workflow.close();
  }
}

async function exportRows(
  workflow: Workflow,
  filter: ExportFilter,
  sink: Sink,
  report: ExportReport,
  { flags, signal, jobDirOf }: { flags: ExportFlags; signal: AbortSignal; jobDirOf: JobDirFinder },
): Promise<void> {
  const extra = listExtraColumns(workflow);
  for (let afterId = 0; !signal.aborted;) {
    const rows = listExportRows(workflow, filter, { afterId, limit: pageSize });
    const last = rows.at(-1);
    if (last === undefined) return;
    if (afterId === 0 && report.format === 'csv') await sink.write(renderCsvHead(extra, flags.raw));
    afterId = last.id;
    if (report.format === 'extxyz') {
      await exportFrames(workflow, rows, sink, report, {
        jobDirOf,
        requiresForces: flags.requireForces === true,
      });
      continue;
    }
    for (const row of rows)
      await sink.write(
        report.format === 'csv' ? renderCsvRow(row, extra, flags.raw) : renderJsonRow(row, extra),
      );
    report.written += rows.length;
    for (const { id, status, finalEnergyHartree } of rows)
      if (status === 'completed' && finalEnergyHartree === null)
        report.lacking.push({ id, reason: 'completed without an energy; oact recover looks for it' });
  }
}

async function exportFrames(
  workflow: Workflow,
  rows: readonly ExportRow[],
  sink: Sink,
  report: ExportReport,
  { jobDirOf, requiresForces }: { jobDirOf: JobDirFinder; requiresForces: boolean },
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const geometries = new Map(loadRecords(workflow, ids).map(({ id, geometry }) => [id, geometry]));
  for (const row of rows) {
    const { id, finalEnergyHartree } = row;
    const geometry = geometries.get(id) ?? null;
    const read =
      geometry === null || finalEnergyHartree === null
        ? {
            kind: 'skipped' as const,
            reason: geometry === null ? 'it has no geometry' : 'it has no energy; oact recover looks for it',
          }
        : await readFrame({ geometry, jobDir: jobDirOf(row), finalEnergyHartree });
    if (read.kind === 'skipped') {
      report.skipped.push({ id, reason: read.reason });
      continue;
    }
    if (requiresForces && read.forcesFrom === null) {
      report.skipped.push({ id, reason: read.lack ?? 'no forces' });
      continue;
    }
    const words = {
      charge: row.charge,
      multiplicity: row.multiplicity,
      id,
      ...(row.name !== null && { name: row.name }),
      ...(row.origIndex !== null && { orig_index: row.origIndex }),
      ...(row.program !== null && { program: row.program }),
      geometry_from: read.geometryFrom,
      ...(read.forcesFrom !== null && { forces_from: read.forcesFrom }),
    };
    await sink.write(renderFrame({ ...read.frame, words }));
    report.written += 1;
    if (read.forcesFrom !== null) report.withForces += 1;
    if (read.lack !== null) report.lacking.push({ id, reason: read.lack });
  }
}

function tellSkipped({ skipped, lacking }: ExportReport): void {
  tell(skipped, 'left out');
  tell(lacking, 'written');
}

/** The first ones with their reasons, and how many there are. */
function tell(records: ExportReport['skipped'], what: string): void {
  for (const { id, reason } of records.slice(0, namedSkips))
    process.stderr.write(`oact: record ${id} ${what}: ${reason}\n`);
  if (records.length > namedSkips)
    process.stderr.write(
      `oact: … and ${records.length - namedSkips} more ${what} like these; --json with --output lists all\n`,
    );
}

/** @throws OactError USAGE when it is not said, nor told by the name of the file */
function formatOf({ format, output }: ExportFlags): ExportFormat {
  if (format !== undefined) return format;
  const byEnding: Record<string, ExportFormat> = {
    '.csv': 'csv',
    '.jsonl': 'jsonl',
    '.xyz': 'extxyz',
    '.extxyz': 'extxyz',
  };
  const known = byEnding[extname(output ?? '').toLowerCase()];
  if (known !== undefined) return known;
  throw new OactError('USAGE', `the format is not clear: use --format ${exportFormats.join(', ')}`);
}

/** @throws OactError USAGE */
function filterOf(args: IdRange[], flags: ExportFlags, format: ExportFormat): ExportFilter {
  const wanted = flags.status ?? ['completed'];
  const unknown = wanted.find((status) => !statuses.includes(status) && status !== 'all');
  if (unknown !== undefined)
    throw new OactError('USAGE', `'${unknown}' is not a status of a record`, {
      hint: `Known: ${statuses.join(', ')}, all.`,
    });
  if (format === 'extxyz' && wanted.some((status) => status !== 'completed'))
    throw new OactError('USAGE', 'extxyz contains energies, and only completed records have them');
  return { statuses: wanted.includes('all') ? null : wanted, ids: idsOf(args, flags.ids) };
}
