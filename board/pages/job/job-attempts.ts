import { html, raw } from 'hono/html';
import { describeWait } from '../../../core/job/retry.ts';
import type { BoardChemistry } from '../../server/board-ports.ts';
import type { AttemptView } from '../../../workflow/lookup/show-record.ts';
import type { JobPageView, RunningJob } from '../../reading/read-job.ts';
import { formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

/** All attempts of a record, newest first: where, when, how they ended, and what they did otherwise. */
export function renderAttempts(
  { record, attempt: shown, running }: JobPageView,
  describeRemedies: BoardChemistry['describeRemedies'],
): Html {
  if (record.attempts.length === 0) return html`<p class="note">No attempt yet.</p>`;
  return html`<div class="scroll" role="region" aria-label="Attempts" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Attempt</th>
          <th scope="col">Outcome</th>
          <th scope="col">Node</th>
          <th scope="col">Started</th>
          <th scope="col" class="number">Took</th>
          <th scope="col">Came back</th>
          <th scope="col">Reason</th>
          <th scope="col">Done otherwise</th>
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
            <td>${describePlace(attempt, live)}</td>
            <td>${renderMoment(attempt.startedAt ?? live?.job.startedAt ?? null)}</td>
            <td class="number">
              ${attempt.elapsedSeconds === null ? '' : formatSeconds(attempt.elapsedSeconds)}
            </td>
            <td>${describeCounts(attempt)}</td>
            <td class="words">
              ${attempt.reason ?? ''}${attempt.notRetried === null ? '' : html` <small>Not retried: ${attempt.notRetried}.</small>`}
            </td>
            <td class="words">
              ${attempt.retryOf === null ? '' : `${attempt.retryReason ?? 'it failed'} → ${describeRemedies(attempt.remedies)}${describeWait(attempt)}`}${
                attempt.restartedFrom === null
                  ? ''
                  : html` <small
                      >Resumed from
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

/** `n17, slot 2, cores 16-23` */
function describePlace({ node, slot, cores }: AttemptView, live: RunningJob | undefined): string {
  const parts = [node ?? live?.node, slot ?? live?.job.slot, describeCores(cores)] as const;
  return [parts[0], parts[1] === undefined ? null : `slot ${parts[1]}`, parts[2]].filter(Boolean).join(', ');
}

function describeCores(cores: readonly number[] | null): string {
  const runs: { from: number; to: number }[] = [];
  for (const core of cores ?? []) {
    const last = runs.at(-1);
    if (last?.to === core - 1) last.to = core;
    else runs.push({ from: core, to: core });
  }
  const text = runs.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
  return text === '' ? '' : `${(cores ?? []).length === 1 ? 'core' : 'cores'} ${text}`;
}

/** What was not the job's own doing. */
function describeCounts({ handedBack, lost, faults }: AttemptView): string {
  const counts = [
    [handedBack, 'interrupted'],
    [lost, 'lost'],
    [faults, 'faults'],
  ] as const;
  return counts
    .filter(([count]) => count !== null && count > 0)
    .map(([count, word]) => `${word} ${count}×`)
    .join(', ');
}
