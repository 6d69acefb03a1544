import { html, raw } from 'hono/html';
import type { JobRow, SearchPlace, SortKey } from '../../../workflow/lookup/search-jobs.ts';
import { addressOf, type JobQuery } from '../../reading/parse-job-query.ts';
import { formatCount, formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

export const jobsPerPage = 50;

interface Column {
  name: string;
  sort: SortKey;
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
  { name: 'Name', sort: 'name', render: ({ name }) => name ?? '–' },
  { name: 'Index', sort: 'origIndex', isNumber: true, render: ({ origIndex }) => origIndex ?? '–' },
  { name: 'Formula', sort: 'formula', render: ({ formula }) => formula ?? '–' },
  { name: 'Atoms', sort: 'atoms', isNumber: true, render: ({ atomCount }) => atomCount ?? '–' },
  { name: 'Status', sort: 'status', render: ({ status }) => renderBadge(status) },
  { name: 'Attempts', sort: 'attempts', isNumber: true, render: ({ attempts }) => attempts },
  { name: 'Failed', sort: 'failCount', isNumber: true, render: ({ failCount }) => failCount },
  { name: 'Class', sort: 'class', render: ({ class: name }) => name ?? '' },
  { name: 'Node', sort: 'node', render: ({ node }) => node ?? '' },
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
    sort: 'message',
    render: ({ errorMessage, status }) =>
      errorMessage === null || status === 'completed'
        ? ''
        : html`<span class="clip" title="${errorMessage}">${errorMessage}</span>`,
  },
];

/**
 * One page of the answer: how many there are, the table, and the way to the other pages.
 * @param canSelect whether records can be marked for the buttons below the table
 */
export function renderJobs(
  query: JobQuery,
  found: { total: number; rows: readonly JobRow[] },
  canSelect = false,
): Html {
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
      <table class="jobs">
        <thead>
          <tr>
            ${canSelect ? html`<th scope="col"><span class="hidden">Select</span></th>` : ''}
            ${columns.map((column) => renderHead(column, query))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((job) => renderRow(job, canSelect))}
        </tbody>
      </table>
    </div>
    ${renderPager(query, total, rows)}`;
}

function renderRow(job: JobRow, canSelect: boolean): Html {
  return html`<tr>
    ${
      canSelect
        ? html`<td class="select">
            <input type="checkbox" name="id" value="${job.id}" aria-label="Select record ${job.id}" />
          </td>`
        : ''
    }
    ${columns.map(({ name, isNumber, render }) => {
      const value = render(job);
      const className = [isNumber === true ? 'number' : '', value === '' ? 'none' : ''].join(' ').trim();
      return html`<td data-label="${name}" ${className === '' ? '' : raw(`class="${className}"`)}>
        ${value}
      </td>`;
    })}
  </tr>`;
}

function renderHead({ name, sort, isNumber }: Column, query: JobQuery): Html {
  const className = isNumber === true ? raw('class="number"') : '';
  const isSorted = query.sort.by === sort;
  const turned = isSorted && !query.sort.descending ? 'desc' : undefined;
  const state = isSorted ? (query.sort.descending ? 'descending' : 'ascending') : 'none';
  const arrow = { none: '', ascending: ' ↑', descending: ' ↓' }[state];
  const href = addressOf(query.text, { sort, dir: turned, page: undefined, at: undefined });
  return html`<th scope="col" ${className} aria-sort="${state}"><a href="${href}">${name}${arrow}</a></th>`;
}

/** Links name the record that they begin behind, so that a page far back costs what the first one does. */
function renderPager(query: JobQuery, total: number, rows: readonly JobRow[]): Html {
  const last = Math.ceil(total / jobsPerPage);
  if (last <= 1) return html``;
  const to = (page: number, at: SearchPlace | undefined, name: string, isThere: boolean): Html => {
    const changes = { page: page === 1 ? undefined : String(page), at: page === 1 ? undefined : textOf(at) };
    return isThere
      ? html`<a href="${addressOf(query.text, changes)}">${name}</a>`
      : html`<span>${name}</span>`;
  };
  const before = { before: rows[0]?.id ?? 0 };
  const after = { after: rows.at(-1)?.id ?? 0 };
  return html`<nav class="pager" aria-label="Pages of the answer">
    ${to(1, undefined, 'First', query.page > 1)} ${to(query.page - 1, before, 'Previous', query.page > 1)}
    <span>Page ${formatCount(query.page)} of ${formatCount(last)}</span>
    ${to(query.page + 1, after, 'Next', query.page < last)} ${to(last, 'last', 'Last', query.page < last)}
  </nav>`;
}

function textOf(place: SearchPlace | undefined): string | undefined {
  if (place === undefined || place === 'last') return place;
  return 'after' in place ? `after.${place.after}` : `before.${place.before}`;
}
