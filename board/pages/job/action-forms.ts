import { html } from 'hono/html';
import type { Html } from '../page-shell.ts';

/** A button that asks once more before it does anything; without scripts, too. */
export function renderAction(
  address: string,
  formKey: string,
  { name, question, confirm }: { name: string; question: string; confirm: string },
): Html {
  return html`<details class="action">
    <summary>${name}</summary>
    <form method="post" action="${address}">
      <input type="hidden" name="key" value="${formKey}" />
      <p>${question}</p>
      <button>${confirm}</button>
    </form>
  </details>`;
}

/** Stops and restarts the fetching of jobs. */
export function renderPauseForm({ formKey, isPaused }: { formKey: string; isPaused: boolean }): Html {
  return isPaused
    ? renderAction('/actions/resume', formKey, {
        name: 'Resume',
        question: 'Consumers take jobs again.',
        confirm: 'Yes, resume',
      })
    : renderAction('/actions/pause', formKey, {
        name: 'Pause',
        question: 'Consumers take no more jobs until you resume the queue. Running jobs continue.',
        confirm: 'Yes, pause',
      });
}
