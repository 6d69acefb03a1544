/** A program on a real terminal of a given size, whose keys and screen a test has. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TmuxTerminal {
  /** The screen as text, one line for each row. */
  screen(): string[];
  /** As if these bytes came at once. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Whether the program still runs. */
  isAlive(): boolean;
  close(): void;
}

const quote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

export function startTmux(
  command: readonly string[],
  options: { columns: number; rows: number; env: Record<string, string> },
): TmuxTerminal {
  const dir = mkdtempSync(join(tmpdir(), 'oact-tmux-'));
  const socket = join(dir, 'socket');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const assignments = Object.entries(options.env).map(([name, value]) => quote(`${name}=${value}`));
  tmux(
    'new-session',
    '-d',
    '-x',
    String(options.columns),
    '-y',
    String(options.rows),
    `env ${assignments.join(' ')} ${command.map(quote).join(' ')}`,
  );
  // The session stays when the program ends, so that a test can read what it left.
  tmux('set-option', '-g', 'remain-on-exit', 'on');
  tmux('set-option', '-g', 'status', 'off');
  return {
    screen: () => tmux('capture-pane', '-p').split('\n').slice(0, -1),
    type: (text) => void tmux('send-keys', '-l', '--', text),
    resize: (columns, rows) => void tmux('resize-window', '-x', String(columns), '-y', String(rows)),
    isAlive: () => tmux('display-message', '-p', '#{pane_dead}').trim() === '0',
    close: () => {
      try {
        tmux('kill-server');
      } catch {
        // It has ended by itself.
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
