import { formatDuration } from '../config/duration.ts';

/** A job that is on the queue and is not given out before a moment. */
export interface PutOff {
  recordId: number;
  /** ISO 8601 UTC. */
  until: string;
  /** What it waits for, in words: the fault or the failure that it met. */
  why: string;
}

/** `#46: disk full, retried in 2m00s` */
export function describePutOff({ recordId, until, why }: PutOff, now: Date): string {
  const seconds = Math.max(0, Math.round((Date.parse(until) - now.getTime()) / 1000));
  return `#${recordId}: ${why}, retried ${seconds > 0 ? `in ${formatDuration(seconds)}` : 'as soon as a slot is free'}`;
}
