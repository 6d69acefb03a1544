/** Durations as schedulers write them. */

const two = (value: number): string => String(value).padStart(2, '0');

/** `HH:MM:SS`, with as many hours as it takes: as PBS and users write it. */
export function formatClock(seconds: number): string {
  if (seconds === Infinity) return 'UNLIMITED';
  const whole = Math.ceil(seconds);
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** `D-HH:MM:SS`, `HH:MM:SS` or `MM:SS`, in seconds. */
export function parseClock(text: string): number | undefined {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
