import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OactError } from '../../core/errors.ts';
import { holdFileLock, isFileLockHeld } from '../../workflow/database/hold-file-lock.ts';
import { readPlainFileSync } from '../../core/plain-file.ts';

const holderSchema = z.object({ pid: z.int(), node: z.string(), command: z.string() });

/** Held while a command uses a Redis of its own: nobody else sees that queue, and would run its jobs again. */
const lockPath = (campaignDir: string): string => join(campaignDir, '.oact', 'run.lock.db');

/** Who holds it, for users; written after the lock is taken. */
const holderPath = (campaignDir: string): string => join(campaignDir, '.oact', 'run.json');

/** Who holds the lock, in a sentence; null when nobody does. */
export function describeRunLock(campaignDir: string): string | null {
  return isFileLockHeld(lockPath(campaignDir)) ? describeHolder(campaignDir) : null;
}

function describeHolder(campaignDir: string): string {
  try {
    const { pid, node, command } = holderSchema.parse(JSON.parse(readPlainFileSync(holderPath(campaignDir))));
    return `oact ${command} already uses ${campaignDir} (process ${pid} on ${node})`;
  } catch {
    // Taken a moment ago, or the note could not be written.
    return `another oact command already uses ${campaignDir}`;
  }
}

/** @throws OactError CAMPAIGN_BUSY while another command with a Redis of its own is at work */
export function checkRunLock(campaignDir: string): void {
  const holder = describeRunLock(campaignDir);
  if (holder !== null) throw campaignBusy(holder);
}

/** Takes the lock for this process. @throws OactError CAMPAIGN_BUSY */
export function holdRunLock(campaignDir: string, command: string): { release(): void } {
  const lock = holdFileLock(lockPath(campaignDir));
  if (!lock) throw campaignBusy(describeHolder(campaignDir));
  writeFileSync(holderPath(campaignDir), JSON.stringify({ pid: process.pid, node: hostname(), command }));
  return {
    release() {
      rmSync(holderPath(campaignDir), { force: true });
      lock.release();
    },
  };
}

/**
 * Takes the campaign for one import: a second one would not see the names of the first, and could import a row twice.
 * @throws OactError CAMPAIGN_BUSY
 */
export function holdImportLock(campaignDir: string): { release(): void } {
  const lock = holdFileLock(join(campaignDir, '.oact', 'import.lock.db'));
  if (lock) return lock;
  throw new OactError('CAMPAIGN_BUSY', `another import into ${campaignDir} is at work`, {
    hint: 'Wait until it ends; the same command then adds what is not there yet.',
  });
}

function campaignBusy(holder: string): OactError {
  return new OactError('CAMPAIGN_BUSY', holder, { hint: 'Wait until it has ended, or stop it.' });
}
