import { html } from 'hono/html';
import { z } from 'zod';
import { renderPage, type Html, type Shell } from '../pages/page-shell.ts';
import type { Endpoint } from './endpoints.ts';
import { apiPath } from './render-openapi.ts';

/** The addresses of the API for a reader, from the same table as the OpenAPI document; it loads nothing. */
export function renderApiPage(shell: Shell, endpoints: readonly Endpoint[], formKey: string): Html {
  return renderPage(shell, {
    heading: 'API',
    place: 'other',
    stream: null,
    scripts: [],
    formKey,
    body: html`<h1>API</h1>
      <p>
        For programs: JSON, read-only unless the board was started with <code>--allow-actions</code>. Machines
        read <a href="${apiPath}/openapi.json">openapi.json</a> (OpenAPI 3.1).
      </p>
      <pre tabindex="0">
curl -H "Authorization: Bearer $(cat .oact/board.token)" http://127.0.0.1:3000${apiPath}/counts</pre>
      ${endpoints.map(renderEndpoint)}
      <section class="card endpoint" aria-label="GET /stream">
        <h2><code>GET ${apiPath}/stream</code></h2>
        <p>
          Server-sent events: <code>counts</code> when the counts change, <code>event</code> for each attempt
          that ends.
        </p>
      </section>`,
  });
}

function renderEndpoint({ method, path, summary, params, query, body, response }: Endpoint): Html {
  const name = `${method.toUpperCase()} ${apiPath}${path}`;
  const fields = [...listFields(params), ...listFields(query), ...(body ? listFields(body) : [])];
  return html`<section class="card endpoint" aria-label="${name}">
    <h2><code>${name}</code></h2>
    <p>${summary}.</p>
    ${
      fields.length === 0
        ? ''
        : html`<dl class="fields">
            ${fields.map(
              ({ field, description }) =>
                html`<dt><code>${field}</code></dt>
                  <dd>${description}</dd>`,
            )}
          </dl>`
    }
    <details>
      <summary>Answer</summary>
      <pre tabindex="0">
${JSON.stringify(z.toJSONSchema(response, { io: 'output', unrepresentable: 'any' }), null, 2)}</pre>
    </details>
  </section>`;
}

function listFields(schema: z.ZodObject): { field: string; description: string }[] {
  return Object.entries(schema.shape).map(([field, one]) => ({
    field,
    description: one instanceof z.ZodType ? (one.meta()?.description ?? '') : '',
  }));
}
