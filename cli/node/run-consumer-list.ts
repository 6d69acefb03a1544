import type { Command } from 'commander';
import { createLogger } from '../../core/logger.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openQueue } from '../redis/open-queue.ts';
import { print, printJson } from '../terminal/print.ts';
import { renderConsumers } from './render-consumers.ts';

export async function runConsumerList(command: Command, flags: { json?: boolean }): Promise<void> {
  const campaign = campaignOf(command);
  const open = await openQueue(campaign, 'board', createLogger());
  try {
    const now = new Date();
    const list = await listConsumers(open.redis, campaign.config.campaign, defaultLane, now);
    if (flags.json === true) {
      printJson(list);
      return;
    }
    print(
      list.consumers.length === 0
        ? 'No consumer runs, and none has ended within a day.'
        : renderConsumers(list.consumers, now),
    );
    if (list.unreadable > 0)
      process.stderr.write(`oact: ${list.unreadable} more consumers run another version of oact\n`);
  } finally {
    await open.close();
  }
}
