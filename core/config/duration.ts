import { OactError } from '../errors.ts';

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of `90m`, `1h30m`, `45` (seconds), `HH:MM:SS`, `MM:SS` or `D-HH[:MM[:SS]]`, as Slurm reads them.
 * @throws OactError USAGE
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const clock = /^(?:(\d+):)?(\d+):(\d+)$/.exec(trimmed);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  // Behind days the first number is hours: `1-02:03` is 26 h 3 min.
  const days = /^(\d+)-(\d+)(?::(\d+))?(?::(\d+))?$/.exec(trimmed);
  if (days) {
    const [, whole, hours, minutes = 0, seconds = 0] = days;
    return Number(whole) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  }
  if (/^(\d+(\.\d+)?\s*[smhd]\s*)+$/.test(trimmed)) {
    let seconds = 0;
    for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([smhd])/g)) {
      seconds += Number(amount) * (unitSeconds[unit ?? 's'] ?? 1);
    }
    return seconds;
  }
  throw new OactError('USAGE', `'${text}' is not a duration`, {
    hint: 'Write 90m, 1h30m, 45s, HH:MM:SS or D-HH:MM:SS.',
  });
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `1h05m`, `4m12s`, `9.3s`: short, for users. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? seconds.toFixed(1) : whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d${two(Math.floor((whole % 86_400) / 3600))}h`;
}
