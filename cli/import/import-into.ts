import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importStructures } from '../../producer/import/import-structures.ts';
import type { ImportReport } from '../../producer/import/import-report.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { newJobDirPattern } from '../campaign/write-campaign-file.ts';
import type { ImportFlags } from '../flags/import-flags.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { extraColumnsOf, type OpenSource } from './open-source.ts';

/** Imports with a progress bar; of a dry run it only reports. */
export async function importWithBar(
  workflow: Workflow,
  { source }: OpenSource,
  flags: ImportFlags,
  jobDirPattern: string,
): Promise<ImportReport> {
  const bar = startProgressBar(flags.dryRun === true ? 'check' : 'import', 100, flags.json === true);
  try {
    return await importStructures(workflow, source, {
      strict: flags.strict ?? false,
      isDryRun: flags.dryRun ?? false,
      asNew: flags.asNew ?? false,
      hasOwnDirs: jobDirPattern.includes('{id}'),
      keepDuplicates: flags.keepDuplicates ?? false,
      onProgress: ({ fraction }) => bar.update(Math.floor(fraction * 100)),
    });
  } finally {
    bar.stop();
  }
}

/** What an import into a new campaign would do: into a database that is gone afterwards. */
export async function previewNew(opened: OpenSource, flags: ImportFlags): Promise<ImportReport> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-preview-'));
  try {
    const path = join(dir, 'workflow.db');
    createWorkflow(path, { extraColumns: extraColumnsOf(flags) });
    const workflow = openWorkflow(path);
    try {
      return await importWithBar(workflow, opened, flags, newJobDirPattern);
    } finally {
      workflow.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
