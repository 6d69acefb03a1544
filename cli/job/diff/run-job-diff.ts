import type { Command } from 'commander';
import pc from 'picocolors';
import { OactError } from '../../../core/errors.ts';
import type { Campaign } from '../../../core/config/load-config.ts';
import type { AttemptView } from '../../../workflow/lookup/show-record.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../../campaign/open-campaign.ts';
import { print, printJson, renderTable } from '../../terminal/print.ts';
import { readRecord } from '../read-record.ts';
import { resolveRecord } from '../resolve-record.ts';
import { inputOf } from '../run-job-input.ts';
import { compareJobs, type JobDifference, type JobSide } from './compare-jobs.ts';

/** Flags of `oact job diff`. */
export interface JobDiffFlags {
  attempts?: [number, number];
  json?: boolean;
}

/** Compares two records, or two attempts of one. Writes nothing, and needs no Redis. */
export function runJobDiff(command: Command, names: [string, string | undefined], flags: JobDiffFlags): void {
  const campaign = campaignOf(command);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const [first, second] = sidesOf(campaign, workflow, names, flags);
    const difference = compareJobs(first, second);
    if (flags.json === true) printJson(difference);
    else print(renderDifference(difference));
  } finally {
    workflow.close();
  }
}

function sidesOf(
  campaign: Campaign,
  workflow: Workflow,
  [name, other]: [string, string | undefined],
  { attempts }: JobDiffFlags,
): [JobSide, JobSide] {
  const id = resolveRecord(workflow, name);
  const otherId = other === undefined ? id : resolveRecord(workflow, other);
  if (id !== otherId)
    return [
      readSide(campaign, workflow, id, attempts?.[0]),
      readSide(campaign, workflow, otherId, attempts?.[1]),
    ];
  const numbers = readRecord(workflow, id).attempts.map(({ attempt }) => attempt);
  const [before, last] = attempts ?? numbers.slice(-2);
  if (before === undefined || last === undefined)
    throw new OactError(
      'USAGE',
      `record ${id} has ${numbers.length === 0 ? 'no attempt' : 'one attempt only'}`,
      {
        hint: 'To compare it with another record, name that one, too.',
      },
    );
  return [readSide(campaign, workflow, id, before), readSide(campaign, workflow, id, last)];
}

function readSide(campaign: Campaign, workflow: Workflow, id: number, wanted: number | undefined): JobSide {
  const record = readRecord(workflow, id);
  const attempt =
    wanted === undefined ? record.attempts.at(-1) : record.attempts.find((one) => one.attempt === wanted);
  if (wanted !== undefined && attempt === undefined)
    throw new OactError('USAGE', `record ${id} has no attempt ${wanted}`, { hint: 'See oact job show.' });
  return { record, attempt, ...readInput(campaign, workflow, id, attempt) };
}

/** An attempt that oact did not enqueue has no options of its own; it is compared by the current settings. */
function readInput(
  campaign: Campaign,
  workflow: Workflow,
  id: number,
  attempt: AttemptView | undefined,
): Pick<JobSide, 'input' | 'inputError'> {
  try {
    const flags = attempt === undefined || attempt.batchId === 0 ? {} : { attempt: attempt.attempt };
    return { input: inputOf(campaign, workflow, id, flags).input, inputError: null };
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { input: null, inputError: error.message };
  }
}

/** Only what differs, and how much is the same. */
export function renderDifference({ titles, fields, same, input, inputErrors }: JobDifference): string {
  const rows = fields.map(({ field, first, second }) => [field, first, second]);
  return [
    rows.length === 0
      ? `${titles.join(' and ')} do not differ in any field.`
      : renderTable(['', ...titles], rows),
    ...(same.length === 0 ? [] : [`the same: ${same.join(', ')}`]),
    '',
    ...inputErrors.map((error) => `no input to compare: ${error}`),
    ...(input === null
      ? []
      : input.length === 0
        ? ['The ORCA inputs are the same.']
        : ['ORCA input:', ...input.map(paint)]),
  ].join('\n');
}

function paint(line: string): string {
  if (line.startsWith('-')) return pc.red(line);
  return line.startsWith('+') ? pc.green(line) : line;
}
