import { formatDuration } from '../../core/config/duration.ts';
import { nameRecord } from '../../core/job/name-record.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';
import { describeCure, describeStop } from '../../core/waiting/stopped-batch.ts';
import type { Spread } from '../../workflow/results/summarize-results.ts';
import type { CoreHours } from '../../workflow/reports/sum-core-hours.ts';
import type { CampaignReport } from './report-data.ts';
import { describeEta, describePerHour } from './render-rate.ts';

type Cell = string | number | null;

const number = (value: number): string => value.toLocaleString('en');
const hours = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });
const percent = (part: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;

/** The report as Markdown. */
export function renderReport(report: CampaignReport): string {
  const { database, rate, coreHours, stopped } = report;
  const { total, other, ...counts } = database;
  const rows: Cell[][] = Object.entries(counts).map(([status, count]) => [
    status,
    number(count),
    percent(count, total),
  ]);
  if (other > 0) rows.push(['(unknown word)', number(other), percent(other, total)]);
  return [
    `# Campaign ${report.campaign.id}`,
    `${code(report.campaign.directory)}, ${report.at.slice(0, 16).replace('T', ' ')} UTC`,
    '## Records',
    table(['status', 'records', ''], [...rows, ['total', number(total), '']], [1, 2]),
    ...describeSpeed(report),
    ...section('Results of completed records', renderResults(report), 'No record is completed.'),
    ...stopped.map((batch) => `**Stopped:** ${escape(describeStop(batch))}. ${escape(describeCure(batch))}`),
    ...section('Failures by class', renderFailures(report), 'No record has failed.'),
    ...section('Warnings of completed records', renderWarnings(report), 'No result has a warning.'),
    '## Core-hours',
    table(
      ['used by', 'attempts', 'core-hours', 'not known of'],
      [
        hoursRow('completed', coreHours.completed),
        hoursRow('failed', coreHours.failed),
        hoursRow('timed out', coreHours.timedOut),
      ],
      [1, 2, 3],
    ),
    describeWaste(report),
    ...section(
      'Slowest runs',
      report.slowest.length === 0
        ? null
        : table(
            ['record', 'attempt', 'formula', 'atoms', 'took', 'outcome', 'node'],
            report.slowest.map((one) => [
              nameRecord(one.recordId, report.names[one.recordId]),
              one.attempt,
              one.formula,
              one.atomCount,
              formatDuration(one.elapsedSeconds),
              one.class ?? one.outcome,
              one.node,
            ]),
            [1, 3, 4],
          ),
      'No attempt has run.',
    ),
    ...section('Nodes', renderNodes(report), 'No attempt has run.'),
    ...section('Allocations', renderAllocations(report), 'None is known.'),
    ...(rate.capped > 0
      ? [
          `${number(rate.capped)} waiting records cannot run: they failed as often as job.maxFailCount allows.`,
        ]
      : []),
  ].join('\n\n');
}

const toCoreHours = (seconds: number | null): string | null =>
  seconds === null ? null : hours(seconds / 3600);

function renderAllocations({ allocations }: CampaignReport): string | null {
  if (allocations.length === 0) return null;
  return table(
    ['allocation', 'entry', 'state', 'nodes', 'attempts', 'core-hours', 'idle', ''],
    allocations.map((one) => [
      one.allocationId,
      one.entry ?? 'by hand',
      one.state,
      one.nodes,
      number(one.attempts),
      toCoreHours(one.coreSeconds),
      toCoreHours(one.idleCoreSeconds),
      one.verdict ?? one.words,
    ]),
    [3, 4, 5, 6],
  );
}

function renderResults({ results }: CampaignReport): string | null {
  const row = (name: string, spread: Spread | null, show: (value: number) => string): Cell[][] =>
    spread === null
      ? []
      : [[name, number(spread.count), ...[spread.mean, spread.median, spread.min, spread.max].map(show)]];
  const rows = [
    ...row('energy / Eh', results.finalEnergyHartree, (value) => value.toFixed(6)),
    ...row('largest gradient / Eh/bohr', results.maxGradientHartreePerBohr, (value) =>
      value.toExponential(3),
    ),
    ...row('SCF cycles', results.scfCycles, hours),
    ...row('wall time', results.wallTimeSeconds, (value) => formatDuration(Math.round(value))),
    ...row('cores', results.cores, hours),
  ];
  if (rows.length === 0 && results.withoutEnergy === 0) return null;
  const total =
    results.wallTimeSeconds === null
      ? ''
      : `Total wall time ${formatDuration(Math.round(results.wallTimeSeconds.sum))}, ${hours(results.coreHours)} core-hours.`;
  const missing =
    results.withoutEnergy === 0
      ? ''
      : ` ${number(results.withoutEnergy)} completed records have no energy; oact recover looks for it.`;
  return `${table(['', 'records', 'mean', 'median', 'min', 'max'], rows, [1, 2, 3, 4, 5])}\n\n${total}${missing}`.trimEnd();
}

function describeSpeed({ rate, finishedPerHour }: CampaignReport): string[] {
  const speed =
    rate.perHour === null || rate.seconds === null
      ? ''
      : `${number(rate.finished)} records ended within the last ${formatDuration(rate.seconds)}: ${describePerHour(rate.perHour)}. `;
  const endings = finishedPerHour.reduce(
    (sum, { completed, failed, timedOut }) => sum + completed + failed + timedOut,
    0,
  );
  return [`${speed}ETA ${describeEta(rate)}. ${number(endings)} attempts ended within the last day.`];
}

function describeWaste({ coreHours }: CampaignReport): string {
  const { wasted, wastedShare, savedByRestart, interruptions, losses, faults } = coreHours;
  const share = wastedShare === null ? '' : ` (${(100 * wastedShare).toFixed(1)} % of the known core-hours)`;
  return [
    `Wasted: ${hours(wasted)} core-hours${share}, by attempts that failed or timed out.`,
    `${hours(savedByRestart)} core-hours of interrupted runs were kept by restarts.`,
    `${number(interruptions)} interruptions, ${number(losses)} losses and ${number(faults)} faults: the core-hours of those runs are not known.`,
  ].join(' ');
}

function renderFailures({ failures, names }: CampaignReport): string | null {
  if (failures.length === 0) return null;
  const rows = failures.map(({ class: name, records, examples }) => [
    name ?? '(judged by another tool)',
    number(records),
    examples.map(({ recordId }) => nameRecord(recordId, names[recordId])).join(', '),
    (examples[0]?.reason ?? '').replaceAll(/\s+/g, ' ').slice(0, 120),
    name === null ? null : rowOf(name).cure,
  ]);
  return table(['class', 'records', 'newest', 'reason', 'what to do'], rows, [1]);
}

function renderWarnings({ warnings, names }: CampaignReport): string | null {
  if (warnings.length === 0) return null;
  const rows = warnings.map(({ key, records, examples }) => [
    key ?? '(of an older version)',
    number(records),
    examples.map((id) => nameRecord(id, names[id])).join(', '),
    key === null ? null : `oact job list --warning ${key}`,
  ]);
  return table(['warning', 'records', 'for example', 'all of them'], rows, [1]);
}

function renderNodes({ nodes }: CampaignReport): string | null {
  if (nodes.length === 0) return null;
  const rows = nodes.map((one) => [
    one.node,
    number(one.completed),
    number(one.failed),
    number(one.timedOut),
    number(one.faults),
    one.topClass === null ? null : `${one.topClass} (${number(one.topClassCount)})`,
    one.meanSeconds === null ? null : formatDuration(one.meanSeconds),
    hours(one.coreHours),
    one.lastEndedAt.slice(0, 16).replace('T', ' '),
  ]);
  const head = [
    'node',
    'completed',
    'failed',
    'timed out',
    'faults',
    'most frequent class',
    'mean time',
    'core-hours',
    'last',
  ];
  return table(head, rows, [1, 2, 3, 4, 6, 7]);
}

function hoursRow(name: string, { attempts, coreHours, unknown }: CoreHours): Cell[] {
  return [name, number(attempts), hours(coreHours), number(unknown)];
}

function section(title: string, body: string | null, otherwise: string): string[] {
  return [`## ${title}`, body ?? otherwise];
}

function table(
  head: readonly string[],
  rows: readonly Cell[][],
  rightAligned: readonly number[] = [],
): string {
  const rule = head.map((_, column) => (rightAligned.includes(column) ? '---:' : '---'));
  const lines = [
    head,
    rule,
    ...rows.map((row) => row.map((cell) => (cell === null ? '–' : escape(String(cell))))),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Words of ORCA and names of nodes are no Markdown. */
function escape(text: string): string {
  return text.replaceAll(/[\\|*`<>[\]#]|(?<!\w)_|_(?!\w)/g, String.raw`\$&`);
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
