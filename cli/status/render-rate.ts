import { formatDuration } from '../../core/config/duration.ts';
import type { Forecast } from '../../workflow/steering/forecast-note.ts';
import type { Rate } from '../../workflow/reports/measure-rate.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en');

/** `120/h`, `2.5/h` */
export function describePerHour(perHour: number): string {
  return `${perHour < 10 ? perHour.toFixed(1) : count(perHour)}/h`;
}

/** When the rest will be done, with what the estimate rests on. */
export function describeEta({ etaSeconds, perHour, remaining, forecast }: Rate, now = new Date()): string {
  if (remaining === 0) return 'nothing remains';
  const rest = `${count(remaining)} ${remaining === 1 ? 'record remains' : 'records remain'}`;
  if (forecast !== undefined) return describeForecast(forecast, rest, now);
  return etaSeconds === null || perHour === null
    ? `unknown: ${rest}, and none finished within a week`
    : `about ${formatDuration(etaSeconds)}: ${rest}, at ${describePerHour(perHour)}`;
}

/** Its band holds in eight of ten cases, and what it rests on stands beside it. */
function describeForecast(
  { endAt, earlyAt, lateAt, slots, runs, medianFactor }: Forecast,
  rest: string,
  now: Date,
): string {
  const [end = '', early = '', late = ''] = [endAt, earlyAt, lateAt].map((time) =>
    formatDuration(Math.max(0, Math.round((Date.parse(time) - now.getTime()) / 1000))),
  );
  const off = `half of such predictions are within a factor of ${medianFactor.toFixed(2)}`;
  return `about ${end} (${early} to ${late}): ${rest}, on ${slots} slots, by the times of ${count(runs)} runs; ${off}`;
}

/** Lines of `oact status`. */
export function renderRate(rate: Rate, now = new Date()): string[] {
  const { finished, seconds, perHour, capped } = rate;
  return [
    ...(seconds === null || perHour === null
      ? []
      : [
          `finished  ${describePerHour(perHour)}: ${count(finished)} within the last ${formatDuration(seconds)}`,
        ]),
    `ETA       ${describeEta(rate, now)}`,
    ...(capped > 0
      ? [
          `capped    ${count(capped)} waiting records cannot run: they failed as often as job.maxFailCount allows`,
        ]
      : []),
  ];
}
