import { showForeignControls } from './show-controls.ts';
import { EventEmitter } from 'node:events';

/** What a key means. */
export type ScreenKey = 'quit' | 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom';

const keys: Readonly<Record<string, ScreenKey>> = {
  q: 'quit',
  Q: 'quit',
  '\u0003': 'quit',
  '\u001B': 'quit',
  k: 'up',
  '\u001B[A': 'up',
  j: 'down',
  '\u001B[B': 'down',
  '\u001B[5~': 'page-up',
  b: 'page-up',
  '\u001B[6~': 'page-down',
  ' ': 'page-down',
  g: 'top',
  '\u001B[H': 'top',
  G: 'bottom',
  '\u001B[F': 'bottom',
};

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const clearLineEnd = '\u001B[K';
const clearBelow = '\u001B[J';

/** A full screen of its own, which leaves the terminal as it was. */
export interface Screen {
  /** Rows and columns at this moment. */
  size(): { rows: number; columns: number };
  /** Shows these lines and nothing else; they must fit. */
  draw(lines: readonly string[]): void;
  onKey(listener: (key: ScreenKey) => void): void;
  onResize(listener: () => void): void;
  /** Idempotent; also done when the process ends for any reason but KILL. */
  restore(): void;
}

/** Takes the screen. Whatever ends the process, `restore` is run first. */
export function takeScreen(output: NodeJS.WriteStream, input: NodeJS.ReadStream): Screen {
  const events = new EventEmitter();
  let isTaken = true;
  const read = (bytes: Buffer): void => {
    const key = keys[bytes.toString()];
    if (key !== undefined) events.emit('key', key);
  };
  const resized = (): void => void events.emit('resize');
  const restore = (): void => {
    if (!isTaken) return;
    isTaken = false;
    process.off('exit', restore);
    output.off('resize', resized);
    input.off('data', read);
    if (input.isTTY) input.setRawMode(false);
    input.pause();
    output.write(leave);
  };
  process.on('exit', restore);
  output.on('resize', resized);
  output.write(enter);
  if (input.isTTY) input.setRawMode(true);
  input.on('data', read);
  input.resume();
  return {
    size: () => ({ rows: output.rows, columns: output.columns }),
    draw: (lines) => {
      if (isTaken)
        output.write(
          home + lines.map((line) => showForeignControls(line) + clearLineEnd).join('\r\n') + clearBelow,
        );
    },
    onKey: (listener) => void events.on('key', listener),
    onResize: (listener) => void events.on('resize', listener),
    restore,
  };
}
