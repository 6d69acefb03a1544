import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { holdFileLock, isFileLockHeld } from '../../../workflow/database/hold-file-lock.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { startProgram } from '../start-program.ts';

function aPath(): string {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  return join(home.dir, 'deep', 'a.lock');
}

it('is held by one, and free when it is released', () => {
  const path = aPath();
  expect(isFileLockHeld(path)).toBe(false);
  const lock = holdFileLock(path);
  expect(lock).toBeDefined();
  expect(isFileLockHeld(path)).toBe(true);
  expect(holdFileLock(path)).toBeUndefined();
  lock?.release();
  expect(isFileLockHeld(path)).toBe(false);
});

it('is free as soon as its holder is killed, and then only one of many takes it', async () => {
  const path = aPath();
  const first = startProgram('hold-file-lock.mjs', [path]);
  expect(await first.nextLine()).toBe('held');
  for (let round = 0; round < 3; round += 1) {
    const starters = Array.from({ length: 4 }, () => startProgram('hold-file-lock.mjs', [path]));
    if (round === 0) first.kill();
    // Each asks when it has booted; the lock is held by the dead one, by one of them, or by nobody.
    const said = await Promise.all(starters.map((starter) => starter.nextLine()));
    expect(said.filter((line) => line === 'held')).toHaveLength(1);
    for (const starter of starters) starter.kill();
    await Promise.all(starters.map((starter) => starter.ended()));
  }
});
