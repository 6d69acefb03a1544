import { formatDuration } from '../../core/config/duration.ts';
import type { Rate } from '../../workflow/reports/measure-rate.ts';

const count = (value: number): string => Math.round(value).toLocaleString('en');

/** `120/h`, `2.5/h` */
export function describePerHour(perHour: number): string {
  return `${perHour < 10 ? perHour.toFixed(1) : count(perHour)}/h`;
}

/** When the rest will be done, with what the estimate rests on. */
export function describeEta({ etaSeconds, perHour, remaining }: Rate): string {
  if (remaining === 0) return 'nothing remains';
  const rest = `${count(remaining)} ${remaining === 1 ? 'record remains' : 'records remain'}`;
  return etaSeconds === null || perHour === null
    ? `unknown: ${rest}, and none finished within a week`
    : `about ${formatDuration(etaSeconds)}: ${rest}, at ${describePerHour(perHour)}`;
}

/** Lines of `oact status`. */
export function renderRate(rate: Rate): string[] {
  const { finished, seconds, perHour, capped } = rate;
  return [
    ...(seconds === null || perHour === null
      ? []
      : [
          `finished  ${describePerHour(perHour)}: ${count(finished)} within the last ${formatDuration(seconds)}`,
        ]),
    `ETA       ${describeEta(rate)}`,
    ...(capped > 0
      ? [
          `capped    ${count(capped)} waiting records cannot run: they failed as often as job.maxFailCount allows`,
        ]
      : []),
  ];
}
