import type { Command } from 'commander';
import { OactError } from '../core/errors.ts';
import type { Campaign } from '../core/load-config.ts';
import { findUnitDoubt } from '../orca/find-doubts.ts';
import { parseGeometry } from '../orca/parse-geometry.ts';
import type { RecipeOptions } from '../orca/recipe-schema.ts';
import { renderInput } from '../orca/render-input.ts';
import { resolveCalculation } from '../orca/resolve-calculation.ts';
import { batchOptionsSchema } from '../producer/batch-options.ts';
import { listOpenAttempts } from '../workflow/list-open-attempts.ts';
import { loadBatch } from '../workflow/load-batch.ts';
import { type JobRecord, loadRecords } from '../workflow/load-records.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { chemistryFromFlags } from './batch-from-flags.ts';
import { exampleSlot } from './example-slot.ts';
import { recipeFromFlags } from './flags/recipe-flags.ts';
import { noteDoubts } from './note-doubts.ts';
import { campaignOf, openCampaignWorkflow } from './open-campaign.ts';
import { print, printJson } from './print.ts';

/** Flags of `oact job input`, beside those of the recipe. */
export interface JobInputFlags {
  cores?: number;
  /** MB per rank. */
  maxcore?: number;
  json?: boolean;
}

/** Prints the input that ORCA would get for a record. Nothing is written. */
export function runJobInput(command: Command, recordId: number, flags: JobInputFlags): void {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const record = loadRecord(workflow, recordId);
    const { origin, options } = chooseOptions(workflow, campaign, recordId, flags);
    const atoms = nameRecord(recordId, () => parseGeometry(record.geometry));
    const calculation = nameRecord(recordId, () => resolveCalculation({ ...record, atoms }, options));
    const example = exampleSlot(campaign.config);
    const slot = { ranks: flags.cores ?? example.ranks, maxCoreMb: flags.maxcore ?? example.maxCoreMb };
    const input = renderInput(calculation, slot);
    noteDoubts([findUnitDoubt(atoms)].filter((doubt) => doubt !== undefined));
    if (flags.json === true) return printJson({ recordId, origin, ...slot, input });
    process.stderr.write(
      `Record ${recordId} by ${origin}, for a slot of ${slot.ranks} cores with ${slot.maxCoreMb} MB each.\n`,
    );
    print(input.trimEnd());
  } finally {
    workflow.close();
  }
}

function loadRecord(workflow: Workflow, recordId: number): JobRecord {
  const [record] = loadRecords(workflow, [recordId]);
  if (record) return record;
  throw new OactError('USAGE', `there is no record ${recordId} in ${workflow.path}`, {
    hint: 'Ids count from 1 in most databases; see oact status.',
  });
}

/** What the record was enqueued with counts, unless a flag asks what would be. */
function chooseOptions(
  workflow: Workflow,
  campaign: Campaign,
  recordId: number,
  flags: JobInputFlags,
): { origin: string; options: RecipeOptions } {
  const asks = Object.values(recipeFromFlags({ ...flags })).some((value) => value !== undefined);
  const [open] = listOpenAttempts(workflow, {
    after: { recordId: recordId - 1, attempt: Number.MAX_SAFE_INTEGER },
    limit: 1,
  });
  if (asks || open?.recordId !== recordId) {
    return { origin: 'the present settings', options: chemistryFromFlags(flags, campaign) };
  }
  const batch = batchOptionsSchema.parse(loadBatch(workflow, open.batchId));
  return { origin: `the options of its open attempt ${open.attempt}`, options: batch.recipe };
}

function nameRecord<T>(recordId: number, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    throw new OactError(error.code, `record ${recordId}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}
