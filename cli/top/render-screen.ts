/** The screen of `oact top`: exactly as many lines as the terminal has, each cut. Without colour a mark shows the cursor. */
import pc from 'picocolors';
import { formatDuration } from '../../core/config/duration.ts';
import { secondsSince } from '../../core/progress/consumer-registry.ts';
import { countPhases, isStalled } from '../status/summarize-running.ts';
import { renderCounts } from '../status/render-running.ts';
import { alignColumns, type Cell } from '../terminal/align-columns.ts';
import { cutToWidth } from '../terminal/cut-to-width.ts';
import type { ScreenSize } from '../terminal/screen.ts';
import { cursorIndex, listRows, type TopRow } from './list-rows.ts';
import { renderJobScreen } from './render-job-screen.ts';
import { jobCells, nodeCells, renderTopHeader, topColumns } from './render-top.ts';
import { commandOf, type TopState } from './top-state.ts';

const helpLines = [
  'up, down, j, k        move the cursor',
  'PgUp, PgDn, b, space  move by a page; g and G: first and last',
  'Enter                 open a job; fold or unfold a node',
  'left, right, Tab      fold, unfold a node; f: all nodes',
  '/                     filter by node, record, name, formula, phase or class; Esc clears it',
  'x                     cancel the job under the cursor',
  'r                     requeue a record that has failed',
  'd                     drain the node under the cursor',
  '?                     this help',
  'q                     quit',
  '',
  'x, r and d ask first. They do what the command does that the question names.',
];

const keysOfList = 'Enter open  / filter  x cancel  r requeue  d drain  f fold  ? help  q quit';
const keysOfJob = 'Esc back  x cancel  r requeue  ? help  q quit';

/** Above these many rows only those on the screen are aligned: measuring all would hold up the keys. */
const alignedRows = 500;

export function renderScreen(state: TopState, size: ScreenSize): string[] {
  const foot = renderFoot(state);
  const above = { ...size, rows: Math.max(0, size.rows - 1) };
  const lines = renderView(state, above).slice(0, above.rows);
  // The foot stays in its place: it asks, and an eye looks for it there.
  const padded = [...lines, ...Array.from({ length: above.rows - lines.length }, () => '')];
  return [...padded, foot].slice(-size.rows).map((line) => cutToWidth(line, size.columns));
}

function renderView(state: TopState, size: ScreenSize): string[] {
  const { view, snapshot } = state;
  if (view.kind === 'help') return [pc.bold('oact top: keys'), '', ...helpLines];
  if (view.kind === 'job') return renderJobScreen(view.recordId, view.detail, snapshot, size);
  return renderList(state, size);
}

function renderFoot({ question, message, isTyping, filter, trouble, view }: TopState): string {
  if (question !== null) return pc.inverse(`Run ${commandOf(question)} ? y: yes, any other key: no`);
  if (isTyping) return `/${filter}_  (Enter keeps it, Esc clears it)`;
  if (message !== null) return pc.yellow(message);
  if (trouble !== null) return pc.red(`not updated: ${trouble}`);
  if (view.kind === 'help') return 'any key: back';
  if (view.kind === 'job') return keysOfJob;
  return filter === '' ? keysOfList : `filter /${filter}  Esc clears it  ? help  q quit`;
}

function renderList(state: TopState, size: ScreenSize): string[] {
  const { snapshot } = state;
  const rows = listRows(state);
  const header = renderTopHeader(snapshot);
  // The list gets at least half of the screen; a tiny one has no head.
  const kept = header.slice(0, Math.max(0, Math.min(header.length, Math.floor(size.rows / 2) - 1)));
  const space = kept.length === 0 ? [] : [''];
  const room = Math.max(1, size.rows - kept.length - space.length - 1);
  if (rows.length === 0) return [...kept, ...space, emptyWords(state)];
  const index = cursorIndex(rows, state.cursor);
  const firstFailure = rows.findIndex(({ kind }) => kind === 'failure');
  // The cursor stays away from the border where it can, so that one sees what comes.
  const first = Math.max(0, Math.min(index - Math.floor(room / 2), rows.length - room));
  const now = new Date(snapshot.at);
  const scope = rows.length > alignedRows ? rows.slice(first, first + room) : rows;
  const cells = scope.map((row) => cellsOf(row, snapshot.names, now, row === rows[index]));
  const hasNames =
    Object.keys(snapshot.names).length > 0 || snapshot.failures.some(({ name }) => name !== null);
  const keep = <T>(line: readonly T[]): T[] => (hasNames ? [...line] : line.toSpliced(4, 1));
  const [head = '', ...lines] = alignColumns(
    keep(['', ...topColumns]),
    cells.map((line) => keep(line)),
    hasNames ? [2, 3, 6] : [2, 3, 5],
  );
  const shown = scope === rows ? lines.slice(first, first + room) : lines;
  const painted = shown.map((line, at) => (first + at === index ? pc.inverse(line) : line));
  const at = firstFailure - first;
  // The rule between nodes and failures takes the place of the last line, if it is on the screen at all.
  const ruled =
    firstFailure === -1 || at < 0 || at >= painted.length
      ? painted
      : [...painted.slice(0, at), pc.dim('failed last:'), ...painted.slice(at)];
  const over = Math.max(0, ruled.length - room);
  return [...kept, ...space, head, ...(index - first >= at ? ruled.slice(over) : ruled.slice(0, room))];
}

function emptyWords({ filter, snapshot }: TopState): string {
  if (filter !== '') return `nothing fits the filter '${filter}'`;
  return snapshot.queue === null ? 'The queue cannot be asked, so no node is known.' : 'no consumer runs';
}

function cellsOf(row: TopRow, names: Record<string, string>, now: Date, isHere: boolean): Cell[] {
  const mark = isHere ? '>' : ' ';
  if (row.kind === 'job') return [mark, ...jobCells(row.job, names, now)];
  if (row.kind === 'node') {
    const { jobs } = row.consumer;
    const stalled = jobs.filter(({ progress }) => isStalled(progress)).length;
    const counts =
      row.isFolded && jobs.length > 0 ? `${renderCounts({ phases: countPhases(jobs), stalled })}; ` : '';
    const [node = '', ...rest] = nodeCells(row.consumer, now);
    return [
      mark,
      `${row.isFolded ? '+' : '-'} ${node ?? ''}`,
      ...rest.slice(0, -1),
      counts + String(rest.at(-1) ?? ''),
    ];
  }
  const { recordId, name, node, endedAt, class: kind } = row.failure;
  const ago = `${formatDuration(Math.max(0, secondsSince(endedAt, now)))} ago`;
  return [
    mark,
    '',
    '',
    recordId,
    name ?? '',
    '',
    ago,
    pc.red(kind),
    '',
    '',
    node === null ? '' : `on ${node}`,
  ];
}
