import type { Command } from 'commander';
import { tidyReason } from '../../core/job/cancellation.ts';
import { createLogger } from '../../core/logger.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { keepPause } from '../../producer/steering/keep-pause.ts';
import { type Pause, readPause, writePause } from '../../workflow/steering/pause.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { tryOpenQueue } from '../redis/try-open-queue.ts';

/** Flags of `oact pause` and `oact resume`. */
export interface PauseFlags {
  reason?: string;
  json?: boolean;
}

export async function runPause(command: Command, isPause: boolean, flags: PauseFlags): Promise<void> {
  const campaign = campaignOf(command);
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign);
  try {
    const { open, away } = await tryOpenQueue(campaign, log);
    try {
      const reason = flags.reason === undefined ? null : tidyReason(flags.reason);
      const wanted: Pause | null = isPause ? { since: new Date().toISOString(), reason } : null;
      const isChanged = writePause(workflow, wanted);
      // Also when the database said so before: the queue may have missed it.
      if (open) await keepPause(workflow, open.queue);
      const pause = readPause(workflow);
      const active = open ? (await countQueue(open.redis, campaign.config.campaign)).active : null;
      if (flags.json === true)
        printJson({ paused: pause, changed: isChanged, running: active, redis: open !== null });
      else print(describePause(pause, isChanged, active));
      if (away) {
        process.stderr.write(`oact: ${away.reason}\n      ${away.willFollow}\n`);
        if (!away.isSoon) process.exitCode = 1;
      }
    } finally {
      await open?.close();
    }
  } finally {
    workflow.close();
    exitSoon();
  }
}

function describePause(pause: Pause | null, isChanged: boolean, active: number | null): string {
  if (pause === null)
    return isChanged ? 'Resumed: consumers take jobs again.' : 'The campaign was not paused.';
  const words = isChanged ? 'Paused' : `Already paused since ${pause.since}`;
  const why = pause.reason === null ? '' : ` (${pause.reason})`;
  const running = active === null || active === 0 ? '' : ` ${active} running jobs continue.`;
  return `${words}${why}: no job starts until oact resume.${running}`;
}
