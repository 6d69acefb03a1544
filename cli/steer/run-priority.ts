import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import { prioritize, type PriorityReport } from '../../producer/steering/prioritize.ts';
import { listCancellable } from '../../workflow/steering/list-cancellable.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import type { Place } from '../../workflow/steering/set-priority.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { idsOf } from '../flags/record-ids.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { nameIds } from '../job/name-ids.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { tryOpenQueue } from '../redis/try-open-queue.ts';

/** Flags of `oact priority`. */
export interface PriorityFlags {
  ids?: IdRange[];
  front?: boolean;
  back?: boolean;
  level?: number;
  dryRun?: boolean;
  json?: boolean;
}

export async function runPriority(command: Command, args: IdRange[], flags: PriorityFlags): Promise<void> {
  const ids = idsOf(args, flags.ids);
  if (ids === null) throw new OactError('USAGE', 'no records are given: use ids or --ids');
  const place = placeOf(flags);
  const campaign = campaignOf(command);
  const isDryRun = flags.dryRun === true;
  const workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  const namesOf: NamesOf = (shown) => loadNames(workflow, shown);
  try {
    const chosen = listCancellable(workflow, { ids, statuses: ['to_run', 'running'] });
    if (chosen.length === 0) {
      throw new OactError('NOTHING_TO_DO', 'no selected record waits or runs', {
        hint: 'oact job show ID shows one.',
      });
    }
    if (isDryRun) {
      if (flags.json === true) printJson({ dryRun: true, ids: chosen.map(({ id }) => id) });
      else
        print(
          `${chosen.length} would be moved: ${nameIds(
            chosen.map(({ id }) => id),
            namesOf,
          )}`,
        );
      return;
    }
    const { open, away } = await tryOpenQueue(campaign, createLogger());
    try {
      const report = await prioritize(workflow, open?.redis ?? null, { ids, place });
      if (flags.json === true) printJson({ dryRun: false, ...report });
      else print(describeMove(report, namesOf));
      if (away) {
        process.stderr.write(`oact: ${away.reason}\n      Queued jobs keep their position.\n`);
        process.exitCode = 1;
      }
    } finally {
      await open?.close();
    }
  } finally {
    workflow.close();
    exitSoon();
  }
}

/** @throws OactError USAGE unless exactly one place is given */
function placeOf({ front, back, level }: PriorityFlags): Place {
  const places: Place[] = [
    ...(front === true ? (['front'] as const) : []),
    ...(back === true ? (['back'] as const) : []),
    ...(level === undefined ? [] : [level]),
  ];
  const [place, ...more] = places;
  if (place !== undefined && more.length === 0) return place;
  throw new OactError('USAGE', 'give exactly one position: --front, --back or --level');
}

function describeMove({ level, ids, moved }: PriorityReport, namesOf: NamesOf): string {
  const name = `${ids.length} ${ids.length === 1 ? 'record has' : 'records have'} level ${level}: ${nameIds(ids, namesOf)}`;
  if (moved === null || moved.length === 0) return name;
  return `${name}\n${moved.length} of them wait on the queue and were moved there: ${nameIds(moved, namesOf)}`;
}
