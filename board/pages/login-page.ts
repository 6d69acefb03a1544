import { html } from 'hono/html';
import type { Html } from './page-shell.ts';
import { assetUrl } from '../serve-assets.ts';

/** The page that asks for the token. It runs nothing. @param next where the login leads */
export function renderLoginPage({ wasRefused, next }: { wasRefused: boolean; next: string }): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Log in · oact board</title>
        <link rel="icon" href="${assetUrl('icon.svg')}" />
        <link rel="stylesheet" href="${assetUrl('board.css')}" />
      </head>
      <body class="login">
        <main>
          <h1>oact board</h1>
          ${wasRefused ? html`<p class="refused" role="alert">That is not the token of this campaign.</p>` : ''}
          <form method="post" action="/login">
            <input type="hidden" name="next" value="${next}" />
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="off" autofocus required />
            <button>Open</button>
            <p class="note">In the campaign’s directory: <code>cat .oact/board.token</code></p>
          </form>
        </main>
      </body>
    </html>`;
}
