import type { Command } from 'commander';
import { tidyReason } from '../../core/job/cancellation.ts';
import { OactError } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { cancel } from '../../producer/steering/cancel.ts';
import {
  type CancellableFilter,
  type CancellableStatus,
  cancellableStatuses,
  listCancellable,
} from '../../workflow/steering/list-cancellable.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { askYes } from '../terminal/ask-yes.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { idsOf } from '../flags/record-ids.ts';
import { giveUpOnRedis } from '../redis/give-up-on-redis.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { type CancelReport, renderCancelled, renderToCancel } from './render-cancel.ts';
import { type TriedQueue, tryOpenQueue } from '../redis/try-open-queue.ts';
import { userName } from './user-name.ts';
import { waitForCancelled } from './wait-for-cancelled.ts';

/** Flags of `oact cancel`. */
export interface CancelFlags {
  ids?: IdRange[];
  status?: string[];
  all?: boolean;
  reason?: string;
  wait?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function runCancel(command: Command, args: IdRange[], flags: CancelFlags): Promise<void> {
  const filter = filterOf(args, flags);
  const reason = reasonOf(flags);
  const campaign = campaignOf(command);
  const isDryRun = flags.dryRun ?? false;
  const isQuiet = flags.json === true;
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  const namesOf: NamesOf = (ids) => loadNames(workflow, ids);
  const stop = listenForStop();
  let tried: TriedQueue | undefined;
  try {
    const chosen = listCancellable(workflow, filter);
    if (chosen.length === 0) {
      throw new OactError('NOTHING_TO_DO', 'no selected record waits or runs', {
        hint: 'oact status counts the records by status; oact job show ID shows one.',
      });
    }
    if (!isQuiet) print(renderToCancel(chosen, namesOf));
    if (isDryRun) {
      if (isQuiet) printJson({ dryRun: true, chosen: chosen.length, records: chosen });
      else print('Nothing was changed (--dry-run).');
      return;
    }
    if (flags.yes !== true) await confirm(chosen.length);
    tried = await tryOpenQueue(campaign, log);
    const { open, away } = tried;
    const bar = startProgressBar('cancel', chosen.length, isQuiet);
    let done = 0;
    const cancelling = cancel(workflow, open, chosen, {
      lane: defaultLane,
      reason,
      noticeSeconds,
      signal: stop.drain,
      onProgress: (count) => bar.update((done += count)),
    }).finally(() => bar.stop());
    const steps = open ? await giveUpOnRedis(cancelling, open.outage, stop.drain) : await cancelling;
    if (steps === 'given_up') {
      log.warn('stopped while Redis was down: oact serve, reconcile or run cancels them when it is back');
      process.exitCode = 1;
      return;
    }
    const report: CancelReport = { dryRun: false, chosen: chosen.length, reason, records: steps };
    if (!isQuiet) print(renderCancelled(report, flags.wait === true, namesOf));
    if (away && steps.some(({ result }) => result === 'pending')) {
      process.stderr.write(`oact: ${away.reason}\n      ${away.willFollow}\n`);
      if (!away.isSoon) process.exitCode = 1;
    }
    if (flags.wait === true) {
      const context = { campaign, workflow, open, log, stop: stop.drain };
      report.records = await waitForCancelled(context, steps, isQuiet);
      if (!isQuiet) print(renderCancelled(report, false, namesOf));
      if (report.records.some(({ result }) => result === 'asked' || result === 'pending'))
        process.exitCode = 1;
    }
    if (steps.length < chosen.length) process.exitCode = 1;
    if (isQuiet) printJson(report);
  } finally {
    stop.dispose();
    await tried?.open?.close();
    workflow.close();
    exitSoon();
  }
}

const isKnown = (status: string): status is CancellableStatus =>
  cancellableStatuses.some((known) => known === status);

/** @throws OactError USAGE when nothing is chosen, or a status that cannot be cancelled */
function filterOf(args: IdRange[], flags: CancelFlags): CancellableFilter {
  const ids = idsOf(args, flags.ids);
  if (ids === null && flags.status === undefined && flags.all !== true) {
    throw new OactError('USAGE', 'no records are given: use ids, --ids, --status or --all', {
      hint: 'oact cancel --all --dry-run lists the records that wait or run.',
    });
  }
  if (ids !== null && flags.all === true) throw new OactError('USAGE', '--all and ids contradict each other');
  const statuses = flags.status ?? [...cancellableStatuses];
  const unknown = statuses.find((status) => !isKnown(status));
  if (unknown !== undefined) {
    throw new OactError('USAGE', `a record that is '${unknown}' cannot be cancelled`, {
      hint: `Known: ${cancellableStatuses.join(', ')}.`,
    });
  }
  return { ids, statuses: statuses.filter(isKnown) };
}

/** @throws OactError USAGE on a reason of nothing */
function reasonOf({ reason }: CancelFlags): string {
  if (reason === undefined) return `by ${userName()}`;
  const words = tidyReason(reason);
  if (words === '') throw new OactError('USAGE', 'the reason is empty');
  return words;
}

/** @throws OactError USAGE when nobody says yes */
async function confirm(count: number): Promise<void> {
  if (await askYes(`Cancel ${count === 1 ? 'this record' : `these ${count} records`}?`)) return;
  throw new OactError('USAGE', 'nothing was cancelled', {
    hint: 'To confirm without a terminal, add --yes.',
  });
}
