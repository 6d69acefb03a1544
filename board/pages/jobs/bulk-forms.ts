import { html } from 'hono/html';
import type { BulkPreview, BulkVerb } from '../../server/board-ports.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';

export const bulkVerbs: Readonly<Record<BulkVerb, string>> = {
  requeue: 'Requeue',
  cancel: 'Cancel',
  front: 'To the front',
  back: 'To the back',
};

/** Below the table: what may be done with the marked records, or with all that match; without actions, the export alone. */
export function renderBulkButtons(canAct: boolean, search: string): Html {
  const query = search === '' ? '' : `?${search}`;
  return html`<p class="bulk-buttons">
    ${
      canAct
        ? html`<label
              ><select name="scope" aria-label="Which records">
                <option value="selected">the marked records</option>
                <option value="all">all that match</option>
              </select></label
            >
            ${Object.entries(bulkVerbs).map(([verb, name]) => html`<button name="verb" value="${verb}">${name}…</button> `)}`
        : ''
    }
    <span class="note"
      >Export all that match: <a href="/jobs/export.csv${query}">CSV</a>,
      <a href="/jobs/export.jsonl${query}">JSON lines</a></span
    >
  </p>`;
}

/** What would happen, in the words of the command line, and the button that does it. */
export function renderBulkPreview(
  shell: Shell,
  options: {
    verb: BulkVerb;
    preview: BulkPreview;
    /** What the button sends: ids, or the search with the number of records that it found. */
    fields: Readonly<Record<string, string>>;
    back: string;
    formKey: string;
  },
): Html {
  const { verb, preview, fields, back, formKey } = options;
  const name = bulkVerbs[verb];
  return renderPage(shell, {
    heading: name,
    place: 'jobs',
    stream: null,
    scripts: [],
    formKey,
    body: html`<h1>${name}: ${preview.count} ${preview.count === 1 ? 'record' : 'records'}</h1>
      <pre tabindex="0">${preview.text}</pre>
      <p class="note">The same on the command line: <code>${preview.command}</code></p>
      <form method="post" action="/actions/bulk">
        <input type="hidden" name="key" value="${formKey}" />
        <input type="hidden" name="verb" value="${verb}" />
        ${Object.entries(fields).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}" />`)}
        <p>
          ${preview.count === 0 ? '' : html`<button>Yes, ${name.toLowerCase()}</button> `}<a href="${back}"
            >Back to the list</a
          >
        </p>
      </form>`,
  });
}
