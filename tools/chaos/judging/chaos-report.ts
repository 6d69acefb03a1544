import type { Waste } from './measure-waste.ts';

/** Something that must not happen, and to what it happened. */
interface Finding {
  what: string;
  names: string[];
}

export interface ChaosReport {
  seed: number;
  seconds: number;
  jobs: number;
  blows: Record<string, number>;
  leftOut: string[];
  /** Every check, also those that found nothing. */
  checks: Finding[];
  waste: Waste;
  /** How the processes of oact ended, by command. */
  exits: Record<string, Record<string, number>>;
  /** Where logs and database are; null when all is well and they are gone. */
  keptDir: string | null;
}

export function hasViolation({ checks }: ChaosReport): boolean {
  return checks.some(({ names }) => names.length > 0);
}

const shownNames = 20;

export function renderReport(report: ChaosReport): string {
  const { waste } = report;
  const share = waste.workedSeconds > 0 ? (100 * waste.wastedSeconds) / waste.workedSeconds : 0;
  const rows: [string, string | number][] = [
    ...Object.entries(report.blows),
    ...report.leftOut.map((name): [string, string] => [name, 'left out']),
    ...Object.entries(report.exits).flatMap(([name, exits]) =>
      Object.entries(exits).map(([how, count]): [string, number] => [`${name} ended: ${how}`, count]),
    ),
    ['ORCA starts', waste.starts],
    ['redundant ORCA starts', waste.redundantStarts],
    [
      'work wasted',
      `${waste.wastedSeconds.toFixed(0)} of ${waste.workedSeconds.toFixed(0)} s, ${share.toFixed(1)} %`,
    ],
    ...report.checks.map(({ what, names }): [string, string] => [what, `${names.length} (must be 0)`]),
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  return [
    `${report.jobs} jobs, ${report.seconds} s, seed ${report.seed}`,
    ...rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`),
    ...report.checks.flatMap(renderNames),
    ...(report.keptDir === null ? [] : [`logs and database: ${report.keptDir}`]),
  ].join('\n');
}

function renderNames({ what, names }: Finding): string[] {
  if (names.length === 0) return [];
  const more = names.length > shownNames ? [`    and ${names.length - shownNames} more`] : [];
  return [`${what}:`, ...names.slice(0, shownNames).map((name) => `    ${name}`), ...more];
}
