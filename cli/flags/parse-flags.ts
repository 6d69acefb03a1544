import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../core/config/duration.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';

/** A whole number of at least `least`, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < least)
      throw new InvalidArgumentError(`expected a whole number ≥ ${least}`);
    return value;
  };
}

/** A TCP port of at least `least`: 0 where any free one will do. */
export function portNumber(least: 0 | 1): (text: string) => number {
  return (text) => {
    const port = wholeNumber(least)(text);
    if (port > 65_535) throw new InvalidArgumentError('a port is at most 65535');
    return port;
  };
}

export function durationSeconds(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidArgumentError('write 90m, 1h30m, 45s, HH:MM:SS or D-HH:MM:SS');
  }
}

/** A limit of nothing would end every job at once. */
export function positiveDuration(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds <= 0) throw new InvalidArgumentError('must be greater than 0');
  return seconds;
}

/**
 * A walltime as batch commands take it: a bare number is minutes; `unlimited` has no end.
 * @returns seconds, or Infinity
 */
export function walltimeSeconds(text: string): number {
  const trimmed = text.trim();
  if (/^(?:unlimited|infinite|infinity)$/i.test(trimmed)) return Infinity;
  return positiveDuration(/^\d+(?:\.\d+)?$/.test(trimmed) ? `${trimmed}m` : text);
}

/** `1-10,17` → inclusive ranges. */
export function idRanges(text: string): IdRange[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!match || to < from)
      throw new InvalidArgumentError(`'${part}' is neither an id nor a range such as 1-10`);
    return { from, to };
  });
}
