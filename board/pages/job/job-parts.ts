import { html } from 'hono/html';
import type { BoardActions, BoardChemistry } from '../../server/board-ports.ts';
import type { LiveParts } from '../../live/feed.ts';
import { listShownResults, type ShownResult } from '../../../workflow/results/list-shown.ts';
import type { JobPageView } from '../../reading/read-job.ts';
import { renderAction } from './action-forms.ts';
import { describeProgress } from './describe-progress.ts';
import { formatSeconds, renderAge, renderBadge, renderLeft, renderMoment } from '../format-values.ts';
import { renderAttempts } from './job-attempts.ts';
import type { Html } from '../page-shell.ts';

type Fact = [name: string, value: Html | string | number | null | undefined];

/** Parts of a job's page that change, by the id of their place. */
export async function renderJobParts(
  view: JobPageView,
  options: { chemistry: BoardChemistry },
): Promise<LiveParts> {
  const parts: Record<string, Html> = {
    state: renderState(view),
    facts: renderFacts(view),
    attempts: renderAttempts(view, options.chemistry.describeRemedies),
    input:
      view.input === undefined
        ? html`<p class="note">There is no input yet.</p>`
        : html`<pre tabindex="0">${view.input}</pre>`,
  };
  const texts = await Promise.all(
    Object.entries(parts).map(async ([id, part]) => [id, String(await part)] as const),
  );
  return { html: Object.fromEntries(texts), data: {} };
}

function renderState({ record, attempt, running, metrics }: JobPageView): Html {
  const isOpen = attempt?.settledAt === null;
  const progress = running?.job.progress ?? null;
  return html`<p>
      ${renderBadge(record.status)}
      ${
        running
          ? html`<strong>${describeProgress(progress)}</strong> on
              <a href="/jobs?node=${running.node}">${running.node}</a>, slot ${running.job.slot}, for
              ${renderAge(running.job.startedAt)}${running.endsAt === null ? '' : html`; walltime left ${renderLeft(running.endsAt)}`}`
          : isOpen && metrics
            ? 'has ended; its result is not in the database yet'
            : isOpen
              ? html`on the queue ${renderAge(attempt.queuedAt)}`
              : ''
      }
    </p>
    ${progress?.stalledSince ? html`<p class="notice" role="alert">It stalls: no output and no CPU, ${renderAge(progress.stalledSince)}.</p>` : ''}
    ${record.errorMessage === null || record.status === 'completed' ? '' : html`<p class="notice">${record.errorMessage}</p>`}
    ${(attempt?.warnings ?? []).map((warning) => html`<p class="notice">${warning}</p>`)}`;
}

function renderFacts({ record, attempt, metrics }: JobPageView): Html {
  const facts: Fact[] = [
    ['Charge', record.charge],
    ['Multiplicity', record.multiplicity],
    ['Failed', `${record.failCount ?? 0} times`],
    ...listShownResults(record, attempt ? [attempt] : [], metrics).map(renderResult),
    ['⟨S²⟩', metrics?.s2 === null || metrics === undefined ? null : metrics.s2.toFixed(4)],
    ['Optimization cycles', metrics?.optimizationCycles],
    ['Queued', attempt ? renderMoment(attempt.queuedAt) : null],
    ['Directory', record.jobDir === null ? null : html`<code>${record.jobDir}</code>`],
  ];
  return html`<dl class="facts">
    ${facts
      .filter(([, value]) => value !== null && value !== undefined)
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;
}

function renderResult({ label, unit, value }: ShownResult): Fact {
  const name = label.charAt(0).toUpperCase() + label.slice(1);
  if (value === null || unit === null) return [name, value];
  return [name, unit === 's' ? formatSeconds(Number(value)) : html`${value} <small>${unit}</small>`];
}

/** The buttons that this record may have. */
export function renderJobActions(view: JobPageView, actions: BoardActions, formKey: string): Html {
  const { id, status } = view.record;
  const isFinished = ['completed', 'failed', 'timeout'].includes(status ?? '');
  const buttons: Html[] = [];
  if (actions.requeue && isFinished) {
    const loss =
      status === 'completed' ? ' The table forgets its result; the files stay in their attempt.' : '';
    buttons.push(
      renderAction(`/actions/requeue/${id}`, formKey, {
        name: 'Requeue',
        question: `Record ${id} runs again with a new attempt.${loss}`,
        confirm: 'Yes, requeue it',
      }),
    );
  }
  if (actions.cancel && !isFinished) {
    buttons.push(
      renderAction(`/actions/cancel/${id}`, formKey, {
        name: 'Cancel',
        question: `Record ${id} is taken off the queue; if it runs, its run is stopped.`,
        confirm: 'Yes, cancel it',
      }),
    );
  }
  return html`${buttons}`;
}
