import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Campaign } from '../../core/config/load-config.ts';
import { messageOf } from '../../core/errors.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { print, printJson } from '../terminal/print.ts';
import { takeScreen } from '../terminal/screen.ts';
import { act } from './act.ts';
import { createJobDetailReader } from './read-job-detail.ts';
import { createSnapshotReader, type SnapshotReader } from './read-snapshot.ts';
import { reduceKey, type TopEffect } from './reduce-top.ts';
import { renderScreen } from './render-screen.ts';
import { renderTopHeader, renderTopNodes } from './render-top.ts';
import { startState, type TopAction, type TopState } from './top-state.ts';

/** Flags of `oact top`. */
export interface TopFlags {
  /** Seconds. */
  interval: number;
  once?: boolean;
  json?: boolean;
}

/** Shows nodes, slots and jobs, again and again on a terminal, once anywhere else. Changes only what a user confirms. */
export async function runTop(command: Command, flags: TopFlags): Promise<void> {
  const campaign = campaignOf(command);
  const reader = createSnapshotReader(campaign);
  try {
    if (flags.json === true) return printJson(await reader.read());
    const isLive = flags.once !== true && process.stdout.isTTY && process.stdin.isTTY;
    if (isLive) return await showLive(campaign, reader, flags.interval);
    const snapshot = await reader.read();
    print([...renderTopHeader(snapshot), '', ...renderTopNodes(snapshot)].join('\n'));
  } finally {
    reader.close();
  }
}

async function showLive(campaign: Campaign, reader: SnapshotReader, intervalSeconds: number): Promise<void> {
  // Before the screen is taken: what is wrong from the start is reported like any other error.
  let state: TopState = startState(await reader.read());
  const screen = takeScreen(process.stdout, process.stdin);
  const stop = listenForStop();
  const quit = new AbortController();
  const details = createJobDetailReader(campaign);
  let wake = new AbortController();
  const acting = new Set<Promise<void>>();
  stop.drain.addEventListener('abort', () => quit.abort(), { once: true });
  quit.signal.addEventListener('abort', () => wake.abort(), { once: true });
  const draw = (): void => screen.draw(renderScreen(state, screen.size()));
  const begin = (action: TopAction): void => {
    state = { ...state, message: 'working …' };
    const done = (async () => {
      const message = await act(campaign, action);
      state = { ...state, message };
      draw();
      wake.abort();
    })().finally(() => acting.delete(done));
    acting.add(done);
  };
  const follow = (effect: TopEffect): void => {
    if (effect.kind === 'quit') quit.abort();
    else if (effect.kind === 'act') begin(effect.action);
    else wake.abort();
  };
  screen.onResize(draw);
  screen.onKeys((keys) => {
    for (const key of keys) {
      const step = reduceKey(state, key, Math.max(1, Math.floor(screen.size().rows / 2)));
      state = step.state;
      if (step.effect !== null) follow(step.effect);
      if (quit.signal.aborted) return;
    }
    // Once for all keys that came together.
    draw();
  });
  try {
    draw();
    while (!quit.signal.aborted) {
      await delay(intervalSeconds * 1000, undefined, { signal: wake.signal }).catch(() => undefined);
      if (quit.signal.aborted) break;
      wake = new AbortController();
      if (quit.signal.aborted) wake.abort();
      const news = await look(reader, details, state);
      // Keys that came meanwhile have changed the rest.
      const view = state.view;
      const detail =
        view.kind === 'job' && view.recordId === news.detail?.record.id ? news.detail : undefined;
      state = {
        ...state,
        snapshot: news.snapshot ?? state.snapshot,
        trouble: news.trouble,
        view: view.kind === 'job' && detail !== undefined ? { ...view, detail } : view,
      };
      draw();
    }
    // What was confirmed is done before the end.
    await Promise.all(acting);
  } finally {
    screen.restore();
    stop.dispose();
  }
}

/** A database that is locked for a moment, or a file system that stumbles, does not end the show. */
async function look(
  reader: SnapshotReader,
  details: ReturnType<typeof createJobDetailReader>,
  { view }: TopState,
) {
  try {
    const detail = view.kind === 'job' ? await details.read(view.recordId) : undefined;
    return { snapshot: await reader.read(), detail, trouble: null };
  } catch (error) {
    return { snapshot: undefined, detail: undefined, trouble: messageOf(error) };
  }
}
