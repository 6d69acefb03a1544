import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writeCampaignFile } from '../../../cli/campaign/write-campaign-file.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import type { BatchOptions } from '../../../producer/batch-options.ts';
import { importStructures } from '../../../producer/import/import-structures.ts';
import { readCsv } from '../../../producer/sources/read-csv.ts';
import type { Selection } from '../../../producer/supply/selection.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import type { CandidateOrder } from '../../../workflow/records/list-candidates.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';

export interface BenchCampaign {
  dir: string;
  databasePath: string;
  campaignId: string;
  jobRoot: string;
}

/** A campaign whose records repeat the 24 example structures. */
export async function makeCampaign(parent: string, rowCount: number): Promise<BenchCampaign> {
  const dir = mkdtempSync(join(parent, 'campaign-'));
  const databasePath = join(dir, 'workflow.db');
  createWorkflow(databasePath);
  const workflow = openWorkflow(databasePath);
  const examples = join(findPackageRoot(), 'examples', 'actinides-24.csv');
  await importStructures(workflow, readCsv(examples, { multiplicityColumn: 'spin' }), { strict: true });
  workflow.close();
  repeatRows(databasePath, rowCount);
  const { campaignId } = workflow;
  writeCampaignFile(dir, { campaign: campaignId, database: 'workflow.db', jobRoot: 'jobs' });
  const jobRoot = join(dir, 'jobs');
  mkdirSync(jobRoot);
  return { dir, databasePath, campaignId, jobRoot };
}

/** Brings the table to `rowCount` rows, by hand: an import would parse every geometry again. */
function repeatRows(databasePath: string, rowCount: number): void {
  const db = new Database(databasePath);
  const count = db.prepare<[], number>('select count(*) from structures').pluck().get() ?? 0;
  db.prepare(
    `with recursive n(i) as (select ? union all select i + 1 from n where i < ?)
     insert into structures (orig_index, elements, natoms, status, charge, spin, geometry)
     select i, elements, natoms, status, charge, spin, geometry
     from n join structures on structures.id = 1 + i % ?
     where i < ? order by i`,
  ).run(count, rowCount, count, rowCount);
  db.prepare('delete from structures where id > ?').run(rowCount);
  db.close();
}

/** The first `batchSize` records of an order, without any filter. */
export function selectionOf(order: CandidateOrder, batchSize: number): Selection {
  return { order, batchSize, ids: null, minAtoms: null, maxAtoms: null, maxFailCount: null };
}

/** The options of `oact enqueue` without flags. */
export function batchOf(campaign: BenchCampaign): BatchOptions {
  return {
    recipe: parseRecipeOptions({}),
    jobRoot: campaign.jobRoot,
    jobDirPattern: 'job_{orig_index}',
    reroot: false,
    lane: defaultLane,
    timeLimitSeconds: 72_000,
    timeRequestSeconds: 0,
  };
}
