import { html } from 'hono/html';
import type { Html } from './page-shell.ts';
import { assetUrl } from '../serve-assets.ts';

/** What a user reads instead of a page: what happened, and what to do. */
export function renderErrorPage(heading: string, sentence: string, hint?: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${heading} · oact board</title>
        <link rel="stylesheet" href="${assetUrl('board.css')}" />
      </head>
      <body class="login">
        <main>
          <h1>${heading}</h1>
          <p>${sentence}</p>
          ${hint === undefined ? '' : html`<p class="note">${hint}</p>`}
          <p><a href="/">To the overview</a></p>
        </main>
      </body>
    </html>`;
}
