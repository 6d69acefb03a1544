import { html, raw } from 'hono/html';
import { warningKeys } from '../../../core/job/warning.ts';
import type { JobQuery } from '../../reading/parse-job-query.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';
import { renderBulkButtons } from './bulk-forms.ts';

const statuses = ['to_run', 'running', 'completed', 'failed', 'timeout'];
const filters = [
  'status',
  'class',
  'warning',
  'name',
  'node',
  'formula',
  'element',
  'error',
  'orig',
  'attempts',
  'charge',
  'ended',
] as const;

/** Search, filters and the table of what was found. */
export function renderJobsPage(
  shell: Shell,
  query: JobQuery,
  options: {
    table: string;
    formKey: string;
    classes: readonly string[];
    canAct: boolean;
    flash: string | null;
  },
): Html {
  const { text } = query;
  const search = new URLSearchParams(Object.entries(text)).toString();
  return renderPage(shell, {
    heading: 'Jobs',
    place: 'jobs',
    stream: `/live/jobs${search === '' ? '' : `?${search}`}`,
    scripts: ['jobs.js'],
    formKey: options.formKey,
    body: html`<h1>Jobs</h1>
      ${options.flash === null ? '' : html`<p class="flash" role="status">${options.flash}</p>`}
      ${renderSearch(query, options.classes)}
      ${query.said.length === 0 ? '' : html`<p class="note said">Read as: ${query.said.map((part) => html`<span class="badge">${part}</span> `)}</p>`}
      ${query.doubts.map((doubt) => html`<p class="notice" role="alert">${doubt}; it was not looked at.</p>`)}
      <form method="post" action="/actions/preview" class="bulk">
        <input type="hidden" name="key" value="${options.formKey}" />
        <input type="hidden" name="search" value="${search}" />
        <div id="jobs">${raw(options.table)}</div>
        ${renderBulkButtons(options.canAct, search)}
      </form>`,
  });
}

function renderSearch({ text }: JobQuery, classes: readonly string[]): Html {
  const isFiltered = filters.some((field) => text[field] !== undefined);
  return html`<form class="search" role="search" action="/jobs">
    <p class="main">
      <label for="q">Search</label>
      <input
        id="q"
        name="q"
        type="search"
        value="${text.q ?? ''}"
        placeholder="17, 1-40, job_118, UO2F2, Am Cl, failed, oom_killed, charge:2, a name, words of an error"
        aria-keyshortcuts="/"
        autocomplete="off"
      />
      <button>Search</button> <a href="/jobs">Clear</a>
    </p>
    <details class="more" ${isFiltered ? raw('open') : ''}>
      <summary>Filters</summary>
      <p class="filters">
        ${renderChoice('status', 'Status', statuses, text.status)}
        ${renderChoice('class', 'Class', classes, text.class)}
        ${renderChoice('warning', 'Warning', warningKeys, text.warning)}
        ${renderField('name', 'Name', text.name)} ${renderField('node', 'Node', text.node)}
        ${renderField('formula', 'Formula', text.formula)} ${renderField('element', 'Elements', text.element)}
        ${renderField('error', 'Error text', text.error)} ${renderField('orig', 'Original index', text.orig)}
        ${renderField('attempts', 'Attempts, at least', text.attempts)}
        ${renderField('charge', 'Charge', text.charge)} ${renderField('ended', 'Ended, UTC', text.ended)}
        ${text.sort === undefined ? '' : html`<input type="hidden" name="sort" value="${text.sort}" />`}
        ${text.dir === undefined ? '' : html`<input type="hidden" name="dir" value="${text.dir}" />`}
      </p>
    </details>
  </form>`;
}

function renderField(name: string, label: string, value: string | undefined): Html {
  return html`<label>${label} <input name="${name}" value="${value ?? ''}" autocomplete="off" /></label>`;
}

function renderChoice(
  name: string,
  label: string,
  choices: readonly string[],
  value: string | undefined,
): Html {
  // What stands in the address must stay chosen, even if nothing of it is left.
  const all = value === undefined || choices.includes(value) ? choices : [...choices, value];
  return html`<label
    >${label}
    <select name="${name}">
      <option value="">any</option>
      ${all.map(
        (choice) =>
          html`<option value="${choice}" ${choice === value ? raw('selected') : ''}>
            ${choice.replaceAll('_', ' ')}
          </option>`,
      )}
    </select></label
  >`;
}
