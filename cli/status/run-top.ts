import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { messageOf } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { fitScreen, type Page, scroll } from '../terminal/fit-screen.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { print, printJson } from '../terminal/print.ts';
import { createSnapshotReader, type Snapshot, type SnapshotReader } from './read-snapshot.ts';
import { renderTopHeader, renderTopNodes } from './render-top.ts';
import { takeScreen } from '../terminal/screen.ts';

/** Flags of `oact top`. */
export interface TopFlags {
  /** Seconds. */
  interval: number;
  once?: boolean;
  json?: boolean;
}

/** Shows nodes, slots and jobs, again and again on a terminal, once anywhere else. Writes nothing. */
export async function runTop(command: Command, flags: TopFlags): Promise<void> {
  const reader = createSnapshotReader(campaignOf(command));
  try {
    if (flags.json === true) return printJson(await reader.read());
    const isLive = flags.once !== true && process.stdout.isTTY && process.stdin.isTTY;
    if (isLive) return await showLive(reader, flags.interval);
    const { header, body } = pageOf(await reader.read());
    print([...header, '', ...body].join('\n'));
  } finally {
    reader.close();
  }
}

function pageOf(snapshot: Snapshot): Page {
  return { header: renderTopHeader(snapshot), body: renderTopNodes(snapshot) };
}

async function showLive(reader: SnapshotReader, intervalSeconds: number): Promise<void> {
  // Before the screen is taken: what is wrong from the start is told as any other error.
  let page = pageOf(await reader.read());
  const screen = takeScreen(process.stdout, process.stdin);
  const stop = listenForStop();
  const quit = new AbortController();
  stop.drain.addEventListener('abort', () => quit.abort(), { once: true });
  let first = 0;
  const draw = (): void => {
    const size = screen.size();
    first = scroll(page, first, undefined, size.rows);
    screen.draw(fitScreen(page, first, size));
  };
  screen.onResize(draw);
  screen.onKey((key) => {
    if (key === 'quit') return quit.abort();
    first = scroll(page, first, key, screen.size().rows);
    draw();
  });
  try {
    while (!quit.signal.aborted) {
      draw();
      await delay(intervalSeconds * 1000, undefined, { signal: quit.signal }).catch(() => undefined);
      if (!quit.signal.aborted) page = await nextPage(reader, page);
    }
  } finally {
    screen.restore();
    stop.dispose();
  }
}

/** A database that is locked for a moment, or a file system that stumbles, does not end the show. */
async function nextPage(reader: SnapshotReader, last: Page): Promise<Page> {
  try {
    return pageOf(await reader.read());
  } catch (error) {
    return { ...last, header: [`not updated: ${messageOf(error)}`, ...last.header.slice(1)] };
  }
}
