import type { Campaign } from '../../core/config/load-config.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import {
  type ExportFilter,
  type ExportRow,
  listExportRows,
  listExtraColumns,
} from '../../workflow/results/list-export-rows.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { readFrame } from '../export/read-frame.ts';
import type { CampaignRecord, RecordFilter, Result } from './oact.d.ts';

/** Rows that are read at once: short reads keep no writer out. */
const pageRows = 500;

export async function* readRecords(workflow: Workflow, filter: RecordFilter): AsyncGenerator<CampaignRecord> {
  const extra = listExtraColumns(workflow);
  for await (const rows of readPages(workflow, filter)) for (const row of rows) yield recordOf(row, extra);
}

export async function* readResults(
  workflow: Workflow,
  campaign: Campaign,
  { ids }: Pick<RecordFilter, 'ids'>,
): AsyncGenerator<Result> {
  const extra = listExtraColumns(workflow);
  const jobDirOf = createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern);
  const filter = { status: 'completed', ...(ids !== undefined && { ids }) } as const;
  for await (const rows of readPages(workflow, filter)) {
    const records = loadRecords(
      workflow,
      rows.map(({ id }) => id),
    );
    const geometries = new Map(records.map(({ id, geometry }) => [id, geometry]));
    for (const row of rows) {
      const { finalEnergyHartree } = row;
      if (finalEnergyHartree === null) continue;
      const record = { ...recordOf(row, extra), finalEnergyHartree };
      yield {
        ...record,
        ...(await structureOf(geometries.get(row.id) ?? null, jobDirOf(row), finalEnergyHartree)),
      };
    }
  }
}

async function structureOf(
  geometry: string | null,
  jobDir: string | null,
  finalEnergyHartree: number,
): Promise<Pick<Result, 'geometry' | 'gradient' | 'lack'>> {
  if (geometry === null) return { geometry: null, gradient: null, lack: 'it has no geometry' };
  const read = await readFrame({ geometry, jobDir, finalEnergyHartree });
  if (read.kind === 'skipped') return { geometry: null, gradient: null, lack: read.reason };
  const { atoms, gradient } = read.frame;
  return {
    geometry: {
      symbols: atoms.map(([symbol]) => symbol),
      positions: atoms.map(([, x, y, z]) => [x, y, z]),
    },
    gradient: gradient === null ? null : gradient.map(([x, y, z]) => [x, y, z]),
    lack: read.lack,
  };
}

type Row = ExportRow & Record<string, unknown>;

async function* readPages(workflow: Workflow, { status, ids }: RecordFilter): AsyncGenerator<Row[]> {
  const filter: ExportFilter = {
    statuses: status === undefined ? null : [status].flat(),
    ids: ids === undefined ? null : ids.map((id) => ({ from: id, to: id })),
  };
  for (let afterId = 0; ;) {
    const rows = listExportRows(workflow, filter, { afterId, limit: pageRows });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    afterId = last.id;
  }
}

function recordOf(row: Row, extra: readonly string[]): CampaignRecord {
  const { id, name, elements, charge, multiplicity, status, failCount, errorMessage, attempt } = row;
  return {
    id,
    name,
    elements,
    charge,
    multiplicity,
    status,
    failCount,
    errorMessage,
    attempt,
    failureClass: row.class,
    finalEnergyHartree: row.finalEnergyHartree,
    maxGradientHartreePerBohr: row.maxGradientHartreePerBohr,
    scfCycles: row.scfCycles,
    wallTimeSeconds: row.wallTimeSeconds,
    node: row.node,
    program: row.program,
    finishedAt: row.finishedAt,
    extra: Object.fromEntries(extra.map((column) => [column, row[column]])),
  };
}
