import { once } from 'node:events';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { createLogger } from '../core/logger.ts';
import { listenForStop } from '../core/stop-signal.ts';
import { boardTokenPath, ensureToken } from '../infra/board/board-token.ts';
import { startBoard } from '../infra/board/start-board.ts';
import { campaignOf } from './open-campaign.ts';
import { openQueue } from './open-queue.ts';
import { print } from './print.ts';

/** Flags of `oact board`. */
export interface BoardFlags {
  port: number;
  host: string;
}

export async function runBoard(command: Command, flags: BoardFlags): Promise<void> {
  const campaign = campaignOf(command);
  const stop = listenForStop();
  const open = await openQueue(campaign, 'board', createLogger());
  try {
    const token = ensureToken(campaign.dir);
    const board = await startBoard({
      queues: [open.queue],
      port: flags.port,
      host: flags.host,
      token,
      title: basename(campaign.dir),
    });
    print(`${board.url}\nThe token is in ${boardTokenPath(campaign.dir)}`);
    if (!stop.drain.aborted) await once(stop.drain, 'abort');
    await board.stop();
  } finally {
    stop.dispose();
    await open.close();
  }
}
