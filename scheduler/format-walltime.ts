import type { Scheduler } from './sites/site-schema.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `HH:MM:SS`, with as many hours as it takes: as PBS and people write it. */
export function formatWalltime(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** The same as each scheduler reads it. */
export function formatFor(scheduler: Scheduler, seconds: number): string {
  if (scheduler === 'pbs') return formatWalltime(seconds);
  if (scheduler === 'flux') return seconds % 3600 === 0 ? `${seconds / 3600}h` : `${Math.ceil(seconds)}s`;
  const days = Math.floor(seconds / 86_400);
  return days === 0 ? formatWalltime(seconds) : `${days}-${formatWalltime(seconds % 86_400)}`;
}
