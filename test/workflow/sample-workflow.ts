import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { JobResult } from '../../core/job/result.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { insertStructures, type NewStructure } from '../../workflow/records/insert-structures.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

/** A path for a database in a directory of its own, gone after the test. */
export function aDatabasePath(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return join(campaign.dir, 'workflow.db');
}

/** An open database with `rows` waiting records, ids from 1, closed after the test. */
export function aWorkflow(rows: number): Workflow {
  const path = aDatabasePath();
  createWorkflow(path);
  const workflow = openWorkflow(path);
  onTestFinished(() => workflow.close());
  insertStructures(
    workflow,
    Array.from({ length: rows }, (_, index) => aStructure(index)),
  );
  return workflow;
}

export function aStructure(origIndex: number, changes: Partial<NewStructure> = {}): NewStructure {
  return {
    fingerprint: `row ${origIndex}`,
    origIndex,
    symbols: ['U', 'O', 'O'],
    charge: 2,
    multiplicity: 1,
    geometry: 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76',
    extra: {},
    ...changes,
  };
}

/** The table as the existing system makes it today, then migrates it when it opens it. */
export const upstreamTable = `
  CREATE TABLE IF NOT EXISTS structures (
    id INTEGER PRIMARY KEY AUTOINCREMENT, orig_index INTEGER, elements TEXT, natoms INTEGER, status TEXT,
    charge INTEGER, spin INTEGER, geometry TEXT, job_dir TEXT, max_forces REAL, scf_steps INTEGER,
    final_energy REAL, error_message TEXT, fail_count INTEGER DEFAULT 0, wall_time REAL, n_cores INTEGER,
    worker_id TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, metal TEXT
  );
  CREATE INDEX IF NOT EXISTS idx_status ON structures(status);
  CREATE INDEX IF NOT EXISTS idx_orig_index ON structures(orig_index);
  ALTER TABLE structures ADD COLUMN optimizer TEXT;
  ALTER TABLE structures ADD COLUMN generator_data TEXT;`;

/** Makes a database by raw SQL, as another program would. */
export function aRawDatabase(sql: string): string {
  const path = aDatabasePath();
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

/** One row of `structures`, all columns. */
export function readRow(workflow: Workflow, id: number): Record<string, unknown> {
  const select = workflow.db.prepare<[number], Record<string, unknown>>(
    'select * from structures where id = ?',
  );
  return select.get(id) ?? {};
}

export function aResult(recordId: number, attempt: number, changes: Partial<JobResult> = {}): JobResult {
  return {
    v: 1,
    campaignId: '0123abcd',
    recordId,
    attempt,
    outcome: { kind: 'completed' },
    ranOn: { node: 'node7', allocationId: '4711', slot: 3, cores: [24, 25, 26, 27] },
    startedAt: '2026-11-22T10:00:00.000Z',
    finishedAt: '2026-11-22T10:03:20.500Z',
    metrics: {
      finalEnergyHartree: -626.605298577892,
      maxGradientHartreePerBohr: 0.000137424,
      scfCycles: 128,
      optimizationCycles: null,
      scfCyclesOfEach: [],
      optimizationConverged: null,
      s2: null,
      s2Deviation: null,
      runTimeSeconds: null,
      wallTimeSeconds: 195.373,
      ranks: 4,
      program: 'orca 6.1.0',
      warnings: [],
    },
    restart: null,
    files: ['orca.inp', 'orca.out'],
    ...changes,
  };
}
