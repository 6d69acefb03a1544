/** All consumers of a campaign as small squares: a thousand of them fit on one screen. */
import { html } from 'hono/html';
import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import type { Html } from '../page-shell.ts';

/** Quarters of its slots that are busy, rounded up, so that one busy slot shows. */
export const fillOf = ({ busy, slots }: Pick<KnownConsumer, 'busy' | 'slots'>): number =>
  slots > 0 ? Math.min(4, Math.ceil((4 * busy) / slots)) : 0;

/** Trouble outshines everything: it is what somebody looks for in so many. */
export function toneOf({ state, why }: Pick<KnownConsumer, 'state' | 'why'>): 'bad' | 'late' | 'busy' {
  if (state === 'silent' || why !== null) return 'bad';
  return state === 'draining' ? 'late' : 'busy';
}

/** In the order of the nodes' names, so that a node keeps its place from look to look. */
export function renderFleet(consumers: readonly KnownConsumer[]): Html {
  const byName = new Intl.Collator('en', { numeric: true });
  const ordered = consumers.toSorted(
    (one, other) => byName.compare(one.node, other.node) || byName.compare(one.id, other.id),
  );
  return html`<ol class="fleet" aria-label="All consumers">
      ${ordered.map((consumer) => renderSquare(consumer))}
    </ol>
    <p class="note">
      Each square is a consumer, filled by the share of its slots that are busy.
      <span class="fleet-sign fill-4 busy"></span> running,
      <span class="fleet-sign fill-4 late"></span> draining,
      <span class="fleet-sign fill-4 bad"></span> silent or in trouble.
    </p>`;
}

function renderSquare(consumer: KnownConsumer): Html {
  const { node, state, why, busy, slots } = consumer;
  const words = `${node}: ${state}, ${busy} of ${slots} slots busy${why === null ? '' : `; ${why}`}`;
  return html`<li>
    <a
      class="fill-${fillOf(consumer)} ${toneOf(consumer)}"
      href="/jobs?node=${encodeURIComponent(node)}"
      title="${words}"
      aria-label="${words}"
    ></a>
  </li>`;
}
