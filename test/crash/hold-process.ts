import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import type { Window } from './windows/start-window.ts';

/**
 * Makes a process stand for ever at a call of a function of node:fs/promises: what comes before has happened, the call has
 * not. `reached` resolves when it is there.
 */
export function holdAtCall(
  window: Window,
  name: string,
  path: RegExp,
): { env: Record<string, string>; reached: () => Promise<void> } {
  const file = join(window.dir, 'reached');
  const hook = new URL('../programs/hold-call.mjs', import.meta.url).href;
  return {
    env: { NODE_OPTIONS: `--import ${hook}`, HOLD_CALL: `${name} ${path.source}`, HOLD_REACHED: file },
    reached: () => expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true),
  };
}

/**
 * Keeps others from writing to the database: as a writer from the start of their transactions, as a reader from the
 * commit of them.
 */
export function lockDatabase(window: Window, role: 'writer' | 'reader'): { release: () => void } {
  const db = new Database(window.campaign.databasePath);
  const release = (): void => void db.close();
  onTestFinished(release);
  db.exec(role === 'writer' ? 'begin immediate' : 'begin');
  db.prepare('select count(*) from structures').get();
  return { release };
}

/** Waits until a transaction of another process has changed something that is not committed. */
export async function changeIsUnderWay(window: Window): Promise<void> {
  const journal = `${window.campaign.databasePath}-journal`;
  await expect.poll(() => existsSync(journal), { timeout: 30_000, interval: 10 }).toBe(true);
}
