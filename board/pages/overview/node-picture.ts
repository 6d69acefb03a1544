import { html } from 'hono/html';
import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import { countCores, drawCores } from '../../../core/progress/draw-cores.ts';
import { parseJobId } from '../../../core/job/payload.ts';
import { formatCount, renderAge, renderBadge, renderLeft } from '../format-values.ts';
import { describeProgress } from '../job/describe-progress.ts';
import { renderFleet } from './fleet-grid.ts';
import type { Html } from '../page-shell.ts';

/** With their slots, more do not fit on any screen; those with trouble come first. */
const shownNodes = 60;

const rankOf = ({ state, why }: KnownConsumer): number =>
  state === 'silent' || why !== null ? 0 : state === 'draining' ? 1 : 2;

/** Nodes and their slots as they are at this moment. */
export function renderNodes(
  consumers: readonly KnownConsumer[],
  trouble: string | null,
  names: ReadonlyMap<number, string>,
): Html {
  if (trouble !== null) return html`<p class="note">Not known: ${trouble}.</p>`;
  const alive = consumers.filter(({ state }) => state !== 'ended');
  if (alive.length === 0)
    return html`<p class="note">
      No consumer is there. Start one with <code>oact consume</code>, or submit <code>consumer.slurm</code>.
    </p>`;
  const shown = alive.toSorted((one, other) => rankOf(one) - rankOf(other)).slice(0, shownNodes);
  const slots = alive.reduce((sum, { slots: count }) => sum + count, 0);
  const busy = alive.reduce((sum, { busy: count }) => sum + count, 0);
  return html`<p class="note">
      ${formatCount(alive.length)} ${alive.length === 1 ? 'consumer' : 'consumers'}, ${formatCount(busy)} of
      ${formatCount(slots)} slots
      busy.${alive.length > shown.length ? ` Below all of them, ${shown.length} are shown with their jobs, those in trouble first.` : ''}
    </p>
    ${alive.length > shown.length ? renderFleet(alive) : ''}
    <ul class="nodes">
      ${shown.map((consumer) => renderNode(consumer, names))}
    </ul>`;
}

function renderNode(consumer: KnownConsumer, names: ReadonlyMap<number, string>): Html {
  const { node, state, why, reason, slots, jobs, endsAt, allocationId, drainRequestedAt } = consumer;
  const bySlot = new Map(jobs.map((job) => [job.slot, job]));
  // A slot number beyond the count would be a defect; it is shown rather than hidden.
  const count = Math.max(slots, ...jobs.map(({ slot }) => slot + 1));
  const remarks = [
    allocationId === null ? null : `allocation ${allocationId}`,
    reason,
    why,
    drainRequestedAt !== null && state === 'running' ? 'asked to drain' : null,
  ].filter((remark) => remark !== null);
  return html`<li class="node">
    <p>
      <strong><a href="/jobs?node=${node}">${node}</a></strong> ${renderBadge(state)}
      <small>${remarks.join('; ')}</small>
      <span class="left"
        >${endsAt === null ? 'no walltime known' : html`walltime left ${renderLeft(endsAt)}`}</span
      >
    </p>
    ${renderCores(consumer)}
    <ol class="slots">
      ${Array.from({ length: count }, (_, slot) => slot)
        .filter((slot) => consumer.packing === undefined || bySlot.has(slot))
        .map((slot) => renderSlot(slot, bySlot.get(slot), names))}
    </ol>
  </li>`;
}

/** A node that is packed shows its cores, not slots. */
function renderCores(consumer: KnownConsumer): Html | '' {
  const drawn = drawCores(consumer);
  const cores = countCores(consumer);
  if (drawn === null || cores === null) return '';
  const kept = consumer.packing?.reservedFor ?? null;
  return html`<p>
    <code>${drawn.join(' ')}</code>
    <small
      >${cores.busy} of ${cores.all} cores busy; one sign per core: the number of its job, or a point for a
      free one${kept === null ? '' : `; cores are kept for a job of lane ${kept}`}</small
    >
  </p>`;
}

/** The name behind the number of a record. */
export const nameAfter = (name: string | undefined): string => (name === undefined ? '' : ` ${name}`);

function renderSlot(
  slot: number,
  job: KnownConsumer['jobs'][number] | undefined,
  names: ReadonlyMap<number, string>,
): Html {
  if (!job) return html`<li class="slot free"><small>slot ${slot}</small> <span>free</span></li>`;
  const id = parseJobId(job.jobId);
  const isStalled = job.progress !== null && job.progress.stalledSince !== null;
  return html`<li class="slot ${isStalled ? 'bad' : 'busy'}">
    <a href="/jobs/${id?.recordId ?? 0}"
      ><small>slot ${slot}</small> <b>${job.formula ?? 'no formula yet'}</b>
      <small>#${id?.recordId ?? job.jobId}${nameAfter(names.get(id?.recordId ?? 0))}</small></a
    >
    <span>${describeProgress(job.progress)}</span> <small>${renderAge(job.startedAt)}</small>
  </li>`;
}
