import { html } from 'hono/html';
import { listShownResults } from '../../../workflow/results/list-shown.ts';
import type { JobPageView } from '../../reading/read-job.ts';
import { formatSeconds } from '../format-values.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';

export interface ComparedField {
  name: string;
  values: [string, string];
}

/** What stands in one of them or in both, in the order of a job's page. */
export function compareRecords(one: JobPageView, other: JobPageView): ComparedField[] {
  const [left, right] = [fieldsOf(one), fieldsOf(other)];
  return [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
    name,
    values: [left.get(name) ?? '–', right.get(name) ?? '–'],
  }));
}

const say = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(value);

function fieldsOf({ record, attempt, metrics }: JobPageView): Map<string, string> {
  const cores = attempt?.cores?.length;
  return new Map([
    ['status', say(record.status)],
    ['elements', say(record.elements?.replaceAll(';', ' '))],
    ['charge', say(record.charge)],
    ['multiplicity', say(record.multiplicity)],
    ['attempts', String(record.attempts.length)],
    ['outcome', say(attempt?.outcome)],
    ['class', say(attempt?.class)],
    ['reason', say(attempt?.reason ?? record.errorMessage)],
    ['node', say(attempt?.node)],
    ['cores', say(cores)],
    ['elapsed', formatSeconds(attempt?.elapsedSeconds ?? null)],
    ...listShownResults(record, attempt ? [attempt] : [], metrics).map(
      ({ label, unit, value }): [string, string] => [
        label,
        `${say(value)}${value === null || unit === null ? '' : ` ${unit}`}`,
      ],
    ),
    ['⟨S²⟩', say(metrics?.s2)],
    ['optimization cycles', say(metrics?.optimizationCycles)],
    ['warnings', attempt?.warnings.join('; ') || '–'],
  ]);
}

const title = ({ record }: JobPageView): string =>
  `#${record.id}${record.name === null ? '' : ` ${record.name}`}`;

/** Two records side by side: what differs is marked, and both geometries can be turned. */
export function renderComparison(
  shell: Shell,
  sides: readonly [JobPageView, JobPageView],
  formKey: string,
  covalentRadiusOf: (symbol: string) => number,
): Html {
  const fields = compareRecords(...sides);
  return renderPage(shell, {
    heading: `${title(sides[0])} and ${title(sides[1])}`,
    place: 'jobs',
    stream: null,
    scripts: ['compare.js'],
    formKey,
    body: html`<h1>${title(sides[0])} and ${title(sides[1])}</h1>
      <div class="scroll" role="region" aria-label="Comparison" tabindex="0">
        <table class="comparison">
          <thead>
            <tr>
              <th scope="col"></th>
              ${sides.map((side) => html`<th scope="col"><a href="/jobs/${side.record.id}">${title(side)}</a></th>`)}
            </tr>
          </thead>
          <tbody>
            ${fields.map(
              ({ name, values }) =>
                html`<tr class="${values[0] === values[1] ? 'same' : 'differs'}">
                  <th scope="row">${name}</th>
                  ${values.map((value) => html`<td class="words">${value}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="cards">
        ${sides.map(
          (side) =>
            html`<section class="card" aria-label="Geometry of ${title(side)}">
              <h2>${title(side)}</h2>
              <div
                class="molecule"
                data-geometry="/jobs/${side.record.id}/geometry"
                data-radii="${JSON.stringify(radiiOf(side, covalentRadiusOf))}"
              ></div>
              <details>
                <summary>Input</summary>
                <pre tabindex="0">${side.input ?? 'There is no input yet.'}</pre>
              </details>
            </section>`,
        )}
      </div>`,
  });
}

const radiiOf = (
  { record }: JobPageView,
  covalentRadiusOf: (symbol: string) => number,
): Record<string, number> =>
  Object.fromEntries(
    [...new Set(record.elements?.split(';'))].map((symbol) => [symbol, covalentRadiusOf(symbol)]),
  );
