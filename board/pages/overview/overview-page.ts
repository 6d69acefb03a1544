import { html, raw } from 'hono/html';
import type { LiveParts } from '../../live/feed.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';
import { renderPauseForm } from '../job/action-forms.ts';

/** The campaign at a glance. */
export function renderOverview(
  shell: Shell,
  parts: LiveParts,
  options: { formKey: string; canPause: boolean; isPaused: boolean; flash: string | null },
): Html {
  const place = (id: string): Html => html`<div id="${id}">${raw(parts.html[id] ?? '')}</div>`;
  return renderPage(shell, {
    heading: 'Overview',
    place: 'overview',
    stream: '/live/overview',
    scripts: ['uplot.lib.js', 'overview.js'],
    formKey: options.formKey,
    body: html`<h1>${shell.title}</h1>
      ${options.flash === null ? '' : html`<p class="flash" role="status">${options.flash}</p>`}
      ${place('notices')} ${place('counts')}
      <div class="cards">
        ${card(
          'Progress',
          '',
          html`${place('rate')}
            <figure
              class="chart"
              data-chart="finished"
              aria-label="Attempts that ended, over time"
            ></figure>`,
        )}
        ${card(
          'Core-hours',
          '',
          html`${place('hours')}
            <figure
              class="chart"
              data-chart="hours"
              aria-label="Core-hours used and wasted, over time"
            ></figure>`,
        )}
        ${card('Nodes and slots', 'wide', place('nodes'))} ${card('Failures by class', '', place('failures'))}
        <div class="stack">
          ${card('Queue and Redis', '', html`${options.canPause ? renderPauseForm(options) : ''}${place('queue')}`)}
          ${card('Last events', '', place('events'))}
        </div>
      </div>`,
  });
}

function card(name: string, className: string, content: Html): Html {
  return html`<section class="card ${className}" aria-label="${name}">
    <h2>${name}</h2>
    ${content}
  </section>`;
}
