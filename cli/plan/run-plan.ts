/** `oact plan`: facts from the database and the settings, the comparison, and the choice. */
import type { Command } from 'commander';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError } from '../../core/errors.ts';
import {
  choosePlan,
  comparePlans,
  type PlanQuestion,
  type Preference,
} from '../../packing/plan/compare-plans.ts';
import { coreScaling } from '../../packing/predict/fit-times.ts';
import type { TimeModel } from '../../packing/predict/learn-times.ts';
import { sampleWaiting } from '../../workflow/allocations/measure-backlog.ts';
import { listOpenAttempts } from '../../workflow/attempts/list-open-attempts.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { countWaiting } from '../../workflow/records/count-waiting.ts';
import { countCoresOfNode } from '../../workflow/reports/list-timed-runs.ts';
import type { EntryPlan } from '../alloc/entry-plan.ts';
import { chooseEntries, openEntries } from '../alloc/open-entries.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openCampaignTimes, recipeOf } from '../predict/campaign-times.ts';
import { print, printJson } from '../terminal/print.ts';
import { type PlanReport, renderPlan } from './render-plan.ts';
import { writePlan } from './write-plan.ts';

/** Flags of `oact plan`. */
export interface PlanFlags {
  nodes?: number[];
  walltime?: number[];
  coresPerJob?: number[];
  coresPerNode?: number;
  entry?: string;
  prefer: Preference;
  write?: boolean;
  json?: boolean;
}

const usualWalltimes = [4, 12, 24].map((hours) => 3600 * hours);
const usualNodes = [1, 2, 4, 8];
/** What allocation settings take at least. */
const leastWalltime = 180;

export function runPlan(command: Command, flags: PlanFlags): void {
  const campaign = campaignOf(command);
  const entry = entryOf(campaign, flags.entry);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  try {
    const report = makePlan(workflow, campaign, entry, flags);
    if (flags.write === true) report.written = writePlan(campaign, report.chosen, entry?.entry.name);
    if (flags.json === true) printJson(report);
    else print(renderPlan(report, entry?.entry.name));
  } finally {
    workflow.close();
  }
}

function entryOf(campaign: Campaign, name: string | undefined): EntryPlan | undefined {
  const entries = chooseEntries(openEntries(campaign), name === undefined ? [] : [name]);
  if (entries.length > 1)
    throw new OactError(
      'USAGE',
      'oact.yaml has several entries of allocations:, and a plan is for one of them',
      {
        hint: `Add --entry ${entries.map(({ entry }) => entry.name).join(', or --entry ')}.`,
      },
    );
  return entries[0];
}

function makePlan(
  workflow: Workflow,
  campaign: Campaign,
  entry: EntryPlan | undefined,
  flags: PlanFlags,
): PlanReport {
  const inTable = countWaiting(workflow, null);
  const open = countOpenAttempts(workflow);
  if (inTable + open === 0)
    throw new OactError('NOTHING_TO_DO', 'no record waits or runs, so there is nothing to plan');
  const times = openCampaignTimes(workflow, recipeOf(campaign));
  const model = times.model();
  if (!model.isKnown) throw tooFew(model);
  const table = inTable === 0 ? [] : sampleWaiting(workflow, null, inTable);
  const openIds = listOpenAttempts(workflow).map(({ recordId }) => recordId);
  const groups = [
    { count: inTable, asked: table.length, sample: table.flatMap((record) => times.predict(record) ?? []) },
    { count: open, asked: openIds.length, sample: [...times.predictAll(openIds).values()] },
  ].filter(({ count }) => count > 0);
  const sum = (of: (group: (typeof groups)[number]) => number): number =>
    groups.reduce((all, group) => all + of(group), 0);
  const known = sum(({ sample }) => sample.length);
  if (known === 0)
    throw new OactError(
      'NOTHING_TO_DO',
      'no run of this recipe has ended yet, so nobody knows how long its jobs take',
      {
        hint: 'Run some of them first: oact enqueue --order random --batch-size 50',
      },
    );
  const everyone = groups.flatMap(({ sample }) => sample);
  const scaling = coreScaling(model.law, model.cores.length);
  const usual = model.law.usualCores;
  const perNode =
    flags.coresPerNode ?? coresOf(entry, campaign, usual) ?? countCoresOfNode(workflow) ?? usual;
  const question: PlanQuestion = {
    groups: groups.map(({ count, sample }) => ({ count, sample: sample.length > 0 ? sample : everyone })),
    residuals: model.residuals.all,
    usualCores: usual,
    exponent: scaling.exponent,
    coresPerNode: perNode,
    nodes: flags.nodes ?? nodesFor(entry),
    walltimes: flags.walltime ?? walltimesFor(entry),
    coresPerJob: flags.coresPerJob ?? widthsFor(model.cores, usual, scaling.isLearned, perNode),
  };
  const plans = comparePlans(question);
  const chosen = choosePlan(plans, flags.prefer);
  if (chosen === undefined)
    throw new OactError(
      'USAGE',
      `no job of ${question.coresPerJob.join(' or ')} cores fits on a node of ${perNode}`,
      {
        hint: 'Set --cores-per-node to what a node has, or --cores-per-job to less.',
      },
    );
  return {
    jobs: inTable + open,
    unpredicted:
      1 -
      known /
        Math.max(
          1,
          sum(({ asked }) => asked),
        ),
    model: { ...model.error, completed: model.completed, limited: model.limited },
    cores: { usual, perNode, ...scaling },
    prefer: flags.prefer,
    plans,
    chosen,
    written: null,
  };
}

const tooFew = ({ completed, needed }: Extract<TimeModel, { isKnown: false }>): OactError =>
  new OactError(
    'NOTHING_TO_DO',
    `run times are not known yet: ${completed} runs have completed, and ${needed} are needed`,
    {
      hint: 'Run some records first, small and large ones: oact enqueue --order random --batch-size 50',
    },
  );

/** By the settings; null: only runs can tell. */
function coresOf(entry: EntryPlan | undefined, { config }: Campaign, usual: number): number | null {
  if (entry?.entry.cores !== undefined) return entry.entry.cores;
  if (entry?.entry.coresPerNode !== undefined) return entry.entry.coresPerNode;
  const slots = entry?.bounds.slotsPerNode ?? config.node.slots;
  return slots === null || slots === undefined ? null : slots * (config.node.coresPerSlot ?? usual);
}

function nodesFor(entry: EntryPlan | undefined): number[] {
  if (entry === undefined) return usualNodes;
  const most = entry.bounds.maxNodes;
  return [...new Set([...[1, 2, 4, 8, 16, 32, 64].filter((count) => count < most), most])];
}

function walltimesFor(entry: EntryPlan | undefined): number[] {
  if (entry === undefined) return usualWalltimes;
  const usual = entry.bounds.walltimeSeconds;
  return [usual / 2, usual, 2 * usual].filter((seconds) => seconds >= leastWalltime);
}

/** Other widths than were seen are looked at only when what cores bring was learned. */
function widthsFor(seen: readonly number[], usual: number, isLearned: boolean, perNode: number): number[] {
  const widths = isLearned ? [...seen, Math.floor(usual / 2), 2 * usual] : [usual];
  return [...new Set(widths)].filter((cores) => cores >= 1 && cores <= perNode).toSorted((a, b) => a - b);
}
