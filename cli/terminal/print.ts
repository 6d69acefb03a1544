import Table from 'cli-table3';
import pc from 'picocolors';
import { showForeignControls } from './show-controls.ts';

/** The only way to stdout: what a command was asked for. Logs and progress go to stderr. */
export function print(text: string): void {
  process.stdout.write(`${showForeignControls(text)}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

const statusColour: Record<string, (text: string) => string> = {
  completed: pc.green,
  running: pc.cyan,
  failed: pc.red,
  timeout: pc.yellow,
};

export function paintStatus(status: string): string {
  return (statusColour[status] ?? ((text: string) => text))(status);
}

/** A table without lines between rows, which copies well into mails and notes. */
export function renderTable(
  head: string[],
  rows: (string | number | null)[][],
  rightAligned: number[] = [],
): string {
  const none = '';
  const table = new Table({
    head: head.map((title) => pc.bold(title)),
    colAligns: head.map((_, index) => (rightAligned.includes(index) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: none,
    },
  });
  for (const row of rows) table.push(row.map((cell) => (cell === null ? '–' : String(cell))));
  // The last column is padded, too; nobody wants that in a mail.
  return table.toString().replaceAll(/[^\S\n]+$/gm, '');
}
