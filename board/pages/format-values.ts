import { html } from 'hono/html';
import { formatDuration } from '../../core/config/duration.ts';
import type { Html } from './page-shell.ts';

/** `12 345`, with thin spaces that no font breaks at. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `0.42`, `7.3`, `1 234`: three digits say enough. */
export function formatAmount(amount: number): string {
  if (amount >= 100) return formatCount(amount);
  return amount === 0 ? '0' : amount.toFixed(amount < 1 ? 2 : 1);
}

export function formatBytes(bytes: number): string {
  const [unit, size] =
    [
      ['GB', 1e9],
      ['MB', 1e6],
    ].find(([, limit]) => bytes >= Number(limit)) ?? [];
  return size === undefined
    ? `${formatCount(bytes / 1000)} kB`
    : `${formatAmount(bytes / Number(size))} ${unit}`;
}

export function formatSeconds(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds);
}

/** A moment; the page's script shows it in the reader's own time. */
export function renderMoment(iso: string | null): Html | string {
  return iso === null
    ? '–'
    : html`<time datetime="${iso}" data-as="moment">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

/** For how long something has been so; the page's script counts on. */
export function renderAge(iso: string | null): Html | string {
  return iso === null
    ? '–'
    : html`<time datetime="${iso}" data-as="age">since ${iso.slice(11, 16)} UTC</time>`;
}

/** How much time is left until then. */
export function renderLeft(iso: string | null): Html | string {
  return iso === null
    ? '–'
    : html`<time datetime="${iso}" data-as="left">until ${iso.slice(11, 16)} UTC</time>`;
}

/** Statuses, states and outcomes by colour and by word. */
export function renderBadge(word: string | null): Html {
  const text = (word ?? 'unknown').replaceAll('_', ' ');
  return html`<span class="badge ${kindOf(word)}">${text}</span>`;
}

type Kind = 'good' | 'bad' | 'busy' | 'late' | 'idle';

const kinds: ReadonlyMap<string | null, Kind> = new Map<string, Kind>([
  ['completed', 'good'],
  ['failed', 'bad'],
  ['silent', 'bad'],
  ['running', 'busy'],
  ['timeout', 'late'],
  ['timed_out', 'late'],
  ['draining', 'late'],
]);

/** What a word means, for its colour. */
function kindOf(word: string | null): Kind {
  return kinds.get(word) ?? 'idle';
}
