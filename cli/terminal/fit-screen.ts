import type { ScreenKey } from './screen.ts';
import { cutToWidth } from './cut-to-width.ts';

/** A header that stays, a body that scrolls, a foot that says how. */
export interface Page {
  header: readonly string[];
  body: readonly string[];
}

/** How many lines of the body are seen at a time. */
function bodyRows({ header }: Page, rows: number): number {
  // An empty line above the body, the foot below it.
  return Math.max(1, rows - header.length - 2);
}

/** Where the body begins after a key, within its bounds. */
export function scroll(page: Page, first: number, key: ScreenKey | undefined, rows: number): number {
  const seen = bodyRows(page, rows);
  const last = Math.max(0, page.body.length - seen);
  const steps: Partial<Record<ScreenKey, number>> = {
    up: -1,
    down: 1,
    'page-up': -seen,
    'page-down': seen,
    top: -Infinity,
    bottom: Infinity,
  };
  return Math.min(last, Math.max(0, first + (key === undefined ? 0 : (steps[key] ?? 0))));
}

/** The lines of a screen of this size: exactly as many as fit, each cut. */
export function fitScreen(page: Page, first: number, size: { rows: number; columns: number }): string[] {
  const seen = bodyRows(page, size.rows);
  const shown = page.body.slice(first, first + seen);
  const more = page.body.length - first - shown.length;
  const foot = `q quits${page.body.length > seen ? `, arrows and space scroll${more > 0 ? `: ${more} more lines` : ''}` : ''}`;
  return [...page.header, '', ...shown, foot]
    .slice(0, size.rows)
    .map((line) => cutToWidth(line, size.columns));
}
