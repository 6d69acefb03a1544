import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { assetUrl } from '../serve-assets.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What all pages of one board have in common. */
export interface Shell {
  /** The campaign's name. */
  title: string;
  /** Whether buttons that change something are shown. */
  hasActions: boolean;
}

export interface PageParts {
  /** Of this page, before the campaign's name. */
  heading: string;
  place: 'overview' | 'jobs' | 'views' | 'queue' | 'other';
  /** Where its live parts come from; null: it has none. */
  stream: string | null;
  scripts: readonly string[];
  body: Html;
  formKey: string;
}

/** A whole page of the board. */
export function renderPage(shell: Shell, parts: PageParts): Html {
  const { heading, place, stream, scripts, body, formKey } = parts;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${heading} · ${shell.title}</title>
        <link rel="icon" href="${assetUrl('icon.svg')}" />
        ${scripts.includes('overview.js') || scripts.includes('job.js') ? html`<link rel="stylesheet" href="${assetUrl('uplot.css')}" />` : ''}
        <link rel="stylesheet" href="${assetUrl('board.css')}" />
        ${scripts.map((name) =>
          name.endsWith('.lib.js')
            ? html`<script defer src="${assetUrl(name)}"></script>`
            : html`<script type="module" src="${assetUrl(name)}"></script>`,
        )}
      </head>
      <body ${stream === null ? '' : html`data-stream="${stream}"`} data-assets="${assetUrl('')}">
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <p class="brand"><a href="/">oact</a> <span>${shell.title}</span></p>
          <nav aria-label="Pages">
            ${link('/', 'Overview', place === 'overview')} ${link('/jobs', 'Jobs', place === 'jobs')}
            ${link('/views', 'Views', place === 'views')} ${link('/queue', 'Queue', place === 'queue')}
          </nav>
          <p id="live" class="live" role="status" ${stream === null ? raw('hidden') : ''}>connecting…</p>
          <form method="post" action="/logout">
            <input type="hidden" name="key" value="${formKey}" /><button class="quiet">Log out</button>
          </form>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        <footer>
          ${shell.hasActions ? 'Actions are allowed.' : 'Read-only.'} Times are your computer’s. For programs:
          <a href="/api/v1">API</a>.
        </footer>
      </body>
    </html>`;
}

function link(href: string, name: string, isHere: boolean): Html {
  return html`<a href="${href}" ${isHere ? raw('aria-current="page"') : ''}>${name}</a>`;
}
