import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { Remedy } from '../../core/job/remedy.ts';
import { applyRemedies } from '../../orca/retry/apply-remedies.ts';
import { findUnitDoubt } from '../../orca/input/find-suspect-input.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { ranksOf } from '../../orca/input/ranks-of.ts';
import type { RecipeOptions } from '../../orca/recipe/recipe-schema.ts';
import { renderInput, type Resources } from '../../orca/input/render-input.ts';
import { findInputDoubts, resolveCalculation } from '../../orca/input/resolve-calculation.ts';
import { batchOptionsSchema } from '../../producer/batch-options.ts';
import { loadBatch } from '../../workflow/attempts/batches.ts';
import { type JobRecord, loadRecords } from '../../workflow/records/load-records.ts';
import { type AttemptView, showRecord } from '../../workflow/lookup/show-record.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { chemistryFromFlags } from '../enqueue/batch-from-flags.ts';
import { exampleSlot } from '../enqueue/example-slot.ts';
import { recipeFromFlags } from '../flags/recipe-flags.ts';
import { noteDoubts } from '../enqueue/note-doubts.ts';
import { resolveRecord } from './resolve-record.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { describeRetry } from './render-job.ts';

/** Flags of `oact job input`, beside those of the recipe. */
export interface JobInputFlags {
  cores?: number;
  /** MB per rank. */
  maxcore?: number;
  attempt?: number;
  json?: boolean;
}

/** Prints the input that ORCA would get for a record. Nothing is written. */
export function runJobInput(command: Command, named: string, flags: JobInputFlags): void {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const recordId = resolveRecord(workflow, named);
    const { origin, attempt, remedies, slot, input, doubts } = inputOf(campaign, workflow, recordId, flags);
    noteDoubts(doubts);
    if (flags.json === true)
      return printJson({
        recordId,
        attempt: attempt?.attempt ?? null,
        origin,
        retryReason: attempt?.retryReason ?? null,
        remedies,
        ...slot,
        input,
      });
    process.stderr.write(
      `Record ${recordId} by ${origin}, for a slot of ${slot.ranks} cores with ${slot.maxCoreMb} MB each.\n`,
    );
    if (attempt !== undefined && attempt.retryOf !== null)
      process.stderr.write(
        `Attempt ${attempt.attempt} after ${attempt.retryOf}: ${describeRetry(attempt)}\n`,
      );
    if (remedies.some(({ kind }) => kind === 'restart'))
      process.stderr.write('The node adds the restart files.\n');
    print(input.trimEnd());
  } finally {
    workflow.close();
  }
}

/** The input of a record, and what it follows from. @throws OactError for a record that cannot be computed, or an unknown attempt */
export function inputOf(campaign: Campaign, workflow: Workflow, recordId: number, flags: JobInputFlags) {
  const record = loadRecord(workflow, recordId);
  const { origin, options, attempt } = chooseOptions(workflow, campaign, recordId, flags);
  const remedies = attempt?.remedies ?? [];
  const atoms = nameRecord(recordId, () => parseGeometry(record.geometry));
  const calculation = nameRecord(recordId, () => resolveCalculation({ ...record, atoms }, options));
  const slot = slotOf(campaign, flags, remedies);
  const input = renderInput(applyRemedies(calculation, remedies), slot);
  const unit = findUnitDoubt(atoms);
  const doubts = [...(unit === undefined ? [] : [unit]), ...findInputDoubts({ ...record, atoms }, options)];
  return { origin, attempt, remedies, slot, input, doubts };
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
): { origin: string; options: RecipeOptions; attempt: AttemptView | undefined } {
  const attempts = showRecord(workflow, recordId)?.attempts ?? [];
  const wanted = flags.attempt;
  const attempt = attempts.find((one) =>
    wanted === undefined ? one.settledAt === null : one.attempt === wanted,
  );
  if (wanted !== undefined && attempt === undefined) throw unknownAttempt(recordId, wanted, attempts);
  const asks = Object.values(recipeFromFlags({ ...flags })).some((value) => value !== undefined);
  if (asks || attempt === undefined) {
    const options = chemistryFromFlags(flags, campaign);
    return { origin: 'the current settings', options, attempt: wanted === undefined ? undefined : attempt };
  }
  const options = loadBatch(workflow, attempt.batchId);
  if (options === undefined) throw unknownBatch(recordId, attempt.attempt);
  const { recipe } = batchOptionsSchema.parse(options);
  const which = attempt.settledAt === null ? 'open ' : '';
  return { origin: `the options of its ${which}attempt ${attempt.attempt}`, options: recipe, attempt };
}

function unknownAttempt(recordId: number, wanted: number, attempts: readonly AttemptView[]): OactError {
  const known = attempts.map(({ attempt }) => attempt).join(', ') || 'none';
  return new OactError('USAGE', `record ${recordId} has no attempt ${wanted}; it has ${known}`, {
    hint: 'See oact job show.',
  });
}

function unknownBatch(recordId: number, attempt: number): OactError {
  return new OactError('USAGE', `attempt ${attempt} of record ${recordId} was not enqueued by oact`, {
    hint: 'Look at its files in the job directory.',
  });
}

/** A retry may use a part of the cores, each with so much more memory. */
function slotOf({ config }: Campaign, flags: JobInputFlags, remedies: readonly Remedy[]): Resources {
  const example = exampleSlot(config);
  const cores = flags.cores ?? example.ranks;
  const ranks = ranksOf(cores, remedies);
  const maxCoreMb = Math.floor(((flags.maxcore ?? example.maxCoreMb) * cores) / ranks);
  return { ranks, maxCoreMb };
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
