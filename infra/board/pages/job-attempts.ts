import { html, raw } from 'hono/html';
import type { BoardChemistry } from '../board-ports.ts';
import type { AttemptView } from '../../../workflow/show-record.ts';
import type { JobPageView } from '../read-job.ts';
import { formatSeconds, renderBadge, renderMoment } from './format-values.ts';
import type { Html } from './page-shell.ts';

/** All attempts of a record, newest first: where, when, how they ended, and what they did otherwise. */
export function renderAttempts(
  { record, attempt: shown, running }: JobPageView,
  describeRemedies: BoardChemistry['describeRemedies'],
): Html {
  if (record.attempts.length === 0) return html`<p class="note">No attempt was made yet.</p>`;
  return html`<div class="scroll" role="region" aria-label="Attempts" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Attempt</th>
          <th scope="col">Outcome</th>
          <th scope="col">Node</th>
          <th scope="col" class="number">Slot</th>
          <th scope="col">Cores</th>
          <th scope="col">Started</th>
          <th scope="col" class="number">Took</th>
          <th scope="col">Interrupted, lost, faults</th>
          <th scope="col">Reason</th>
          <th scope="col">Changed against a first attempt</th>
        </tr>
      </thead>
      <tbody>
        ${record.attempts.toReversed().map((attempt) => {
          const isShown = attempt.attempt === shown?.attempt;
          const live = isShown && attempt.settledAt === null ? running : undefined;
          return html`<tr>
            <td class="number">
              <a
                href="/jobs/${record.id}?attempt=${attempt.attempt}"
                ${isShown ? raw('aria-current="true"') : ''}
                >${attempt.attempt}</a
              >
            </td>
            <td>${renderBadge(attempt.outcome ?? (live ? 'running' : 'open'))} ${attempt.class ?? ''}</td>
            <td>${attempt.node ?? live?.node ?? ''}</td>
            <td class="number">${attempt.slot ?? live?.job.slot ?? ''}</td>
            <td>${describeCores(attempt)}</td>
            <td>${renderMoment(attempt.startedAt ?? live?.job.startedAt ?? null)}</td>
            <td class="number">
              ${attempt.elapsedSeconds === null ? '' : formatSeconds(attempt.elapsedSeconds)}
            </td>
            <td>${describeCounts(attempt)}</td>
            <td class="words">
              ${attempt.reason ?? ''}${attempt.notRetried === null ? '' : html` <small>Not tried again: ${attempt.notRetried}.</small>`}
            </td>
            <td class="words">
              ${attempt.retryOf === null ? '' : `${attempt.retryReason ?? 'it failed'} → ${describeRemedies(attempt.remedies)}`}${
                attempt.restartedFrom === null
                  ? ''
                  : html` <small
                      >Went on from
                      ${attempt.restartedFrom}${attempt.earlierSeconds === null ? '' : `, ${formatSeconds(attempt.earlierSeconds)} saved`}.</small
                    >`
              }
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** `0-3,8` */
function describeCores({ cores }: AttemptView): string {
  const runs: { from: number; to: number }[] = [];
  for (const core of cores ?? []) {
    const last = runs.at(-1);
    if (last?.to === core - 1) last.to = core;
    else runs.push({ from: core, to: core });
  }
  return runs.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

function describeCounts({ handedBack, lost, faults }: AttemptView): string {
  return handedBack === null ? '' : `${handedBack}, ${lost ?? 0}, ${faults ?? 0}`;
}
