import { html, raw } from 'hono/html';
import type { RunFile } from '../../files/find-run-dir.ts';
import type { LiveParts } from '../../live/feed.ts';
import type { Explanation } from '../../server/board-ports.ts';
import { renderExplanation, renderNeighbours } from './explanation.ts';
import type { JobPageView } from '../../reading/read-job.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';

const fileNames: Record<RunFile, string> = {
  output: 'output',
  input: 'input',
  errors: 'error output',
  geometry: 'final geometry',
  trajectory: 'trajectory',
};

/** One record with all that is known of it. */
export function renderJobPage(
  shell: Shell,
  view: JobPageView,
  parts: LiveParts,
  options: {
    formula: string | null;
    formKey: string;
    actions: Html;
    flash: string | null;
    wanted: number | undefined;
    explanation: Explanation | null;
    /** Whether the shown attempt left one. */
    hasTrajectory: boolean;
    beside: { previous: number | null; next: number | null };
    /** Covalent radii of its elements, ångström. */
    radii: Readonly<Record<string, number>>;
  },
): Html {
  const { record, attempt, runDir } = view;
  const suffix = options.wanted === undefined ? '' : `?attempt=${options.wanted}`;
  const place = (id: string): Html => html`<div id="${id}">${raw(parts.html[id] ?? '')}</div>`;
  const name = `#${record.id}${record.name === null ? '' : ` ${record.name}`}${options.formula === null ? '' : ` ${options.formula}`}`;
  return renderPage(shell, {
    heading: name,
    place: 'jobs',
    stream: `/live/jobs/${record.id}${suffix}`,
    scripts: ['uplot.lib.js', 'job.js'],
    formKey: options.formKey,
    body: html`<div class="title">
        <h1>${name}</h1>
        <p>
          ${record.origIndex === null ? '' : `original index ${record.origIndex}`}${attempt ? ` · attempt ${attempt.attempt}` : ''}
        </p>
        <div class="actions">${options.actions}</div>
      </div>
      ${options.flash === null ? '' : html`<p class="flash" role="status">${options.flash}</p>`}
      ${renderExplanation(options.explanation)} ${place('state')} ${renderNeighbours(record, options.beside)}
      <div class="cards">
        <section class="card wide" aria-label="Attempts">
          <h2>Attempts</h2>
          ${place('attempts')}
        </section>
        <section class="card" aria-label="Result">
          <h2>Result</h2>
          ${place('facts')}
          ${
            runDir === undefined
              ? ''
              : html`<p class="note">
                  Files:
                  ${Object.entries(fileNames).map(
                    ([file, label], index) =>
                      html`${index === 0 ? '' : ' · '}<a
                          href="/jobs/${record.id}/files/${file}?attempt=${attempt?.attempt ?? 1}"
                          >${label}</a
                        >`,
                  )}
                </p>`
          }
        </section>
        <section class="card" aria-label="Geometry">
          <h2>Geometry</h2>
          <div
            id="molecule"
            class="molecule"
            data-geometry="/jobs/${record.id}/geometry${suffix}"
            data-trajectory="${options.hasTrajectory ? `/jobs/${record.id}/files/trajectory${suffix}` : ''}"
            data-radii="${JSON.stringify(options.radii)}"
          ></div>
          <p id="player" class="player" hidden>
            <button type="button" class="quiet" id="play">Play</button>
            <label for="frame">Cycle</label> <input type="range" id="frame" min="0" value="0" />
            <output id="frame-name"></output>
          </p>
          <p id="distance" class="note" role="status">Click two atoms for their distance.</p>
          <p class="note">
            <span id="molecule-origin"></span> <a href="/jobs/${record.id}/geometry${suffix}">as XYZ</a>
          </p>
        </section>
        <section class="card" aria-label="SCF" hidden>
          <h2>SCF</h2>
          <figure class="chart" data-chart="scf" aria-label="Energy change by iteration"></figure>
        </section>
        <section class="card" aria-label="Optimization" hidden>
          <h2>Optimization</h2>
          <figure class="chart" data-chart="optimization" aria-label="Energy and gradient by cycle"></figure>
        </section>
        <section class="card wide" aria-label="Output">
          <h2>Output</h2>
          ${readLink(record.id, 'output', attempt?.attempt, runDir)}
          <pre id="tail" class="tail" tabindex="0" aria-label="The end of the output"></pre>
        </section>
        <section class="card wide" aria-label="Input">
          <h2>Input</h2>
          ${readLink(record.id, 'input', attempt?.attempt, runDir)} ${place('input')}
        </section>
      </div>`,
  });
}

function readLink(
  id: number,
  file: 'output' | 'input',
  attempt: number | undefined,
  runDir: string | undefined,
): Html | string {
  if (runDir === undefined || attempt === undefined) return '';
  const words = file === 'output' ? 'Search in it, and go from cycle to cycle' : 'Search in it';
  return html`<p class="note"><a href="/jobs/${id}/read/${file}?attempt=${attempt}">${words}</a></p>`;
}
