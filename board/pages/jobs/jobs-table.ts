import { html, raw } from 'hono/html';
import type { JobRow, SortKey } from '../../../workflow/lookup/search-jobs.ts';
import { addressOf, type JobQuery } from '../../reading/parse-job-query.ts';
import { formatCount, formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

export const jobsPerPage = 50;

interface Column {
  name: string;
  sort?: SortKey;
  isNumber?: boolean;
  render: (job: JobRow) => Html | string | number;
}

const columns: readonly Column[] = [
  {
    name: 'Record',
    sort: 'id',
    isNumber: true,
    render: ({ id }) => html`<a href="/jobs/${id}">#${id}</a>`,
  },
  { name: 'Name', render: ({ name }) => name ?? '–' },
  { name: 'Index', sort: 'origIndex', isNumber: true, render: ({ origIndex }) => origIndex ?? '–' },
  { name: 'Formula', render: ({ formula }) => formula ?? '–' },
  { name: 'Atoms', sort: 'atoms', isNumber: true, render: ({ atomCount }) => atomCount ?? '–' },
  { name: 'Status', render: ({ status }) => renderBadge(status) },
  { name: 'Attempts', sort: 'attempts', isNumber: true, render: ({ attempts }) => attempts },
  { name: 'Failed', sort: 'failCount', isNumber: true, render: ({ failCount }) => failCount },
  { name: 'Class', render: ({ class: name }) => name ?? '' },
  { name: 'Node', render: ({ node }) => node ?? '' },
  {
    name: 'Energy, Eh',
    sort: 'energy',
    isNumber: true,
    render: ({ finalEnergyHartree }) => finalEnergyHartree?.toFixed(6) ?? '',
  },
  {
    name: 'Took',
    sort: 'elapsed',
    isNumber: true,
    render: ({ elapsedSeconds }) => (elapsedSeconds === null ? '' : formatSeconds(elapsedSeconds)),
  },
  {
    name: 'Ended',
    sort: 'ended',
    render: ({ endedAt }) => (endedAt === null ? '' : renderMoment(endedAt)),
  },
  {
    name: 'Message',
    render: ({ errorMessage, status }) =>
      errorMessage === null || status === 'completed'
        ? ''
        : html`<span class="clip" title="${errorMessage}">${errorMessage}</span>`,
  },
];

/** One page of the answer: how many there are, the table, and the way to the other pages. */
export function renderJobs(query: JobQuery, found: { total: number; rows: readonly JobRow[] }): Html {
  const { total, rows } = found;
  const first = (query.page - 1) * jobsPerPage + 1;
  if (rows.length === 0) {
    return html`<p class="note" role="status">
      ${total === 0 ? 'No record matches.' : `There are ${formatCount(total)} records, none on this page.`}
    </p>`;
  }
  return html`<p class="note" role="status">
      ${formatCount(total)} ${total === 1 ? 'record' : 'records'}, ${formatCount(first)} to
      ${formatCount(first + rows.length - 1)} shown.
    </p>
    <div class="scroll" role="region" aria-label="Records" tabindex="0">
      <table>
        <thead>
          <tr>
            ${columns.map((column) => renderHead(column, query))}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (job) =>
              html`<tr>
                ${columns.map(({ isNumber, render }) => html`<td ${isNumber === true ? raw('class="number"') : ''}>${render(job)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${renderPager(query, total)}`;
}

function renderHead({ name, sort, isNumber }: Column, query: JobQuery): Html {
  const className = isNumber === true ? raw('class="number"') : '';
  if (sort === undefined) return html`<th scope="col" ${className}>${name}</th>`;
  const isSorted = query.sort.by === sort;
  const turned = isSorted && !query.sort.descending ? 'desc' : undefined;
  const state = isSorted ? (query.sort.descending ? 'descending' : 'ascending') : 'none';
  const arrow = { none: '', ascending: ' ↑', descending: ' ↓' }[state];
  const href = addressOf(query.text, { sort, dir: turned, page: undefined });
  return html`<th scope="col" ${className} aria-sort="${state}"><a href="${href}">${name}${arrow}</a></th>`;
}

function renderPager(query: JobQuery, total: number): Html {
  const last = Math.ceil(total / jobsPerPage);
  if (last <= 1) return html``;
  const to = (page: number, name: string, isThere: boolean): Html =>
    isThere
      ? html`<a href="${addressOf(query.text, { page: page === 1 ? undefined : String(page) })}">${name}</a>`
      : html`<span>${name}</span>`;
  return html`<nav class="pager" aria-label="Pages of the answer">
    ${to(1, 'First', query.page > 1)} ${to(query.page - 1, 'Previous', query.page > 1)}
    <span>Page ${formatCount(query.page)} of ${formatCount(last)}</span>
    ${to(query.page + 1, 'Next', query.page < last)} ${to(last, 'Last', query.page < last)}
  </nav>`;
}
