import { html } from 'hono/html';
import type { Explanation } from '../../server/board-ports.ts';
import type { RecordView } from '../../../workflow/lookup/show-record.ts';
import type { Html } from '../page-shell.ts';

/** What `oact job explain` says: how it stands with the job, and what helps. null: nobody could say. */
export function renderExplanation(explanation: Explanation | null): Html | string {
  if (explanation === null) return '';
  return html`<section class="explain" aria-label="Explanation">
    <p>${explanation.text.join(' ')}</p>
    ${
      explanation.next.length === 0
        ? ''
        : html`<ul>
            ${explanation.next.map((command) => html`<li><code>${command}</code></li>`)}
          </ul>`
    }
  </section>`;
}

const to = (query: Record<string, string>): string => `/jobs?${new URLSearchParams(query).toString()}`;

const step = (id: number | null, name: string): Html =>
  id === null
    ? html`<span>${name}</span>`
    : html`<a href="/jobs/${id}" rel="${name === 'Next' ? 'next' : 'prev'}">${name}: #${id}</a>`;

/** The way to the records beside this one, to others like it, and to a comparison. */
export function renderNeighbours(
  record: RecordView,
  beside: { previous: number | null; next: number | null },
): Html {
  const last = record.attempts.findLast(({ outcome }) => outcome !== null);
  const symbols = [...new Set(record.elements?.split(';').filter((symbol) => symbol !== ''))];
  const alike: [label: string, href: string][] = [
    ...(last?.class ? [[`failed as ${last.class}`, to({ class: last.class })] as [string, string]] : []),
    ...(last?.node ? [[`on ${last.node}`, to({ node: last.node })] as [string, string]] : []),
    ...(symbols.length > 0
      ? [
          [
            `of ${symbols.join(' ')}${record.charge === null ? '' : `, charge ${record.charge}`}`,
            to({
              element: symbols.join(' '),
              ...(record.charge !== null && { charge: String(record.charge) }),
            }),
          ] as [string, string],
        ]
      : []),
  ];
  const other = beside.previous ?? beside.next;
  return html`<nav class="pager beside" aria-label="Other records">
    ${step(beside.previous, 'Previous')} ${step(beside.next, 'Next')}
    ${alike.length === 0 ? '' : html`<span>Others like it: ${alike.map(([label, href], index) => html`${index === 0 ? '' : ' · '}<a href="${href}">${label}</a>`)}</span>`}
    ${
      other === null
        ? ''
        : html`<form action="/compare" class="compare-form">
            <input type="hidden" name="a" value="${record.id}" />
            <label
              >Compare with <input name="b" inputmode="numeric" pattern="[0-9]+" value="${other}" size="6"
            /></label>
            <button class="quiet">Compare</button>
          </form>`
    }
  </nav>`;
}
