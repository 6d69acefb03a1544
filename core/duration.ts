import { OactError } from './errors.ts';

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of `90m`, `1h30m`, `45` (seconds), `HH:MM:SS`, `MM:SS` or `D-HH:MM:SS`.
 * @throws OactError USAGE
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  const clock = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(trimmed);
  if (clock) {
    const [, days, hours, minutes, seconds] = clock;
    return Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
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

/** `1h05m`, `4m12s`, `9.3s`: short, for people. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86_400)}d${two(Math.floor((whole % 86_400) / 3600))}h`;
}
