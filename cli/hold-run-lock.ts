import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OactError, systemErrorCode } from '../core/errors.ts';

const holderSchema = z.object({ pid: z.int(), node: z.string(), command: z.string() });

/** Held while a command uses a Redis of its own: nobody else sees that queue, and would run its jobs again. */
export function runLockPath(campaignDir: string): string {
  return join(campaignDir, '.oact', 'run.lock');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** @throws OactError CAMPAIGN_BUSY while another command with a Redis of its own is at work */
export function checkRunLock(campaignDir: string): void {
  const path = runLockPath(campaignDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return;
  }
  const holder = holderSchema.safeParse(JSON.parse(text)).data;
  if (holder && (holder.node !== hostname() || isAlive(holder.pid))) {
    throw new OactError(
      'CAMPAIGN_BUSY',
      `oact ${holder.command} is at work in ${campaignDir} (process ${holder.pid} on ${holder.node})`,
      {
        hint: `Wait for it or stop it. If ${holder.node} is gone for good, delete ${path}.`,
      },
    );
  }
  rmSync(path, { force: true });
}

/** Takes the lock for this process. link(2) makes it atomic. @throws OactError CAMPAIGN_BUSY */
export function holdRunLock(campaignDir: string, command: string): { release(): void } {
  const path = runLockPath(campaignDir);
  mkdirSync(join(campaignDir, '.oact'), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, node: hostname(), command }));
  try {
    checkRunLock(campaignDir);
    linkSync(own, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    checkRunLock(campaignDir);
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}
