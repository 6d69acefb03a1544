/** Whether a campaign's `oact serve` lives, and where: read from its lease, by whatever shows the campaign. */
import { formatDuration } from '../../core/config/duration.ts';
import type { Workflow } from '../database/workflow.ts';
import { readLease } from './leases.ts';

/** The lease of the `oact serve` that leads. */
export const serveLease = 'serve';
/** Longer than a shared file system stalls; a leader that died is followed within this time. */
export const serveLeaseSeconds = 60;

/** alive: it renews its lease; silent: it stopped renewing it without giving it back; ended: it gave it back. */
export interface ServeLife {
  state: 'alive' | 'silent' | 'ended';
  host: string;
  pid: number;
  /** When it was alive for the last time, ISO 8601 UTC. */
  lastAliveAt: string;
  startedAt: string;
}

/** null: no `oact serve` ever led this campaign. */
export function readServeLife(workflow: Workflow, now: Date): ServeLife | null {
  const lease = readLease(workflow, serveLease);
  if (lease === null) return null;
  const { host, pid, renewedAt, takenAt, until } = lease;
  const state = until === renewedAt ? 'ended' : Date.parse(until) > now.getTime() ? 'alive' : 'silent';
  return { state, host, pid, lastAliveAt: renewedAt, startedAt: takenAt };
}

/** In a phrase. */
export function describeServeLife({ state, host, pid, lastAliveAt }: ServeLife, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(lastAliveAt)) / 1000));
  const ago = `${formatDuration(seconds)} ago`;
  const where = `on ${host} (process ${pid})`;
  if (state === 'alive') return `alive ${ago} ${where}`;
  if (state === 'ended') return `none runs: the last one ended ${ago} ${where}`;
  return `dead or cut off: last alive ${ago} ${where}; start oact serve again`;
}
