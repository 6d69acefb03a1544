import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { isProcessAlive } from '../../infra/redis/process-alive.ts';

const holderSchema = z.object({ pid: z.int(), node: z.string(), command: z.string() });

/** Held while a command uses a Redis of its own: nobody else sees that queue, and would run its jobs again. */
function runLockPath(campaignDir: string): string {
  return join(campaignDir, '.oact', 'run.lock');
}

/** Undefined without a lock, and for one that a power loss left empty. */
function readHolder(campaignDir: string): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(runLockPath(campaignDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Who holds the lock, in a sentence; null when nobody does, or only a process that is gone. */
export function describeRunLock(campaignDir: string): string | null {
  const holder = readHolder(campaignDir);
  if (!holder || (holder.node === hostname() && !isProcessAlive(holder.pid))) return null;
  return `oact ${holder.command} is at work in ${campaignDir} (process ${holder.pid} on ${holder.node})`;
}

/** @throws OactError CAMPAIGN_BUSY while another command with a Redis of its own is at work */
export function checkRunLock(campaignDir: string): void {
  const holder = describeRunLock(campaignDir);
  if (holder === null) return;
  throw new OactError('CAMPAIGN_BUSY', holder, {
    hint: `Wait for it or stop it. If its node is gone for good, delete ${runLockPath(campaignDir)}.`,
  });
}

/** Takes the lock for this process. link(2) makes it atomic. @throws OactError CAMPAIGN_BUSY */
export function holdRunLock(campaignDir: string, command: string): { release(): void } {
  const path = runLockPath(campaignDir);
  mkdirSync(join(campaignDir, '.oact'), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, node: hostname(), command }));
  try {
    checkRunLock(campaignDir);
    if (existsSync(path)) rmSync(path);
    linkSync(own, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') checkRunLock(campaignDir);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}
