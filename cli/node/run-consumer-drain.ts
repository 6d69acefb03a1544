import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { campaignOf } from '../campaign/campaign-of.ts';
import { type OpenQueue, openQueue } from '../redis/open-queue.ts';
import { chooseConsumers } from './choose-consumers.ts';
import { renderConsumers } from './render-consumers.ts';
import { askYes } from '../terminal/ask-yes.ts';
import { print, printJson } from '../terminal/print.ts';
import { OactError } from '../../core/errors.ts';
import { type KnownConsumer, announceSeconds } from '../../core/progress/consumer-registry.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { createLogger } from '../../core/logger.ts';
import { listConsumers, requestDrain } from '../../infra/consumers/list-consumers.ts';

/** Flags of `oact consumer drain`. */
export interface DrainFlags {
  all?: boolean;
  yes?: boolean;
  wait?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const pollMs = 1000;

export async function runConsumerDrain(command: Command, names: string[], flags: DrainFlags): Promise<void> {
  const campaign = campaignOf(command);
  const campaignId = campaign.config.campaign;
  const open = await openQueue(campaign, flags.dryRun === true ? 'board' : 'producer', createLogger());
  try {
    const now = new Date();
    const { consumers } = await listConsumers(open.redis, campaignId, defaultLane, now);
    const chosen = chooseConsumers(consumers, { names, all: flags.all === true });
    if (chosen.length === 0) throw new OactError('NOTHING_TO_DO', 'no consumer runs');
    if (flags.json !== true) print(renderConsumers(chosen, now));
    if (flags.dryRun !== true) {
      if (flags.all === true && flags.yes !== true) await confirm(chosen.length);
      await requestDrain(open.redis, campaignId, defaultLane, { ids: chosen.map(({ id }) => id), now });
    }
    const isWaiting = flags.wait === true && flags.dryRun !== true;
    const left = isWaiting ? await waitForEnd(open, campaignId, chosen) : [];
    if (flags.json === true) printJson({ dryRun: flags.dryRun === true, consumers: chosen, silent: left });
    else print(describeOutcome(flags, left));
    if (left.length > 0) process.exitCode = 1;
  } finally {
    await open.close();
  }
}

/** @throws OactError USAGE when nobody says yes */
async function confirm(count: number): Promise<void> {
  if (await askYes(`Drain ${count === 1 ? 'this consumer' : `all ${count} consumers`}?`)) return;
  throw new OactError('USAGE', 'no consumer was asked to drain', {
    hint: 'To confirm without a terminal, add --yes.',
  });
}

/** @returns ids of those that went silent instead of ending */
async function waitForEnd(
  open: OpenQueue,
  campaignId: string,
  chosen: readonly KnownConsumer[],
): Promise<string[]> {
  const ids = new Set(chosen.map(({ id }) => id));
  for (;;) {
    const { consumers } = await listConsumers(open.redis, campaignId, defaultLane, new Date());
    const ours = consumers.filter(({ id }) => ids.has(id));
    if (!ours.some(({ state }) => state === 'running' || state === 'draining'))
      return ours.filter(({ state }) => state === 'silent').map(({ id }) => id);
    await delay(pollMs);
  }
}

function describeOutcome(flags: DrainFlags, left: readonly string[]): string {
  if (flags.dryRun === true) return 'Nothing was changed (--dry-run).';
  if (flags.wait !== true) return `Asked to drain; they are notified within ${announceSeconds} s.`;
  return left.length === 0
    ? 'All of them have ended.'
    : `Silent, so it is unknown whether they ended: ${left.join(', ')}`;
}
