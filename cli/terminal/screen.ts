import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { decodeKeys } from './decode-keys.ts';
import { showForeignControls } from './show-controls.ts';

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';
const home = '\u001B[H';
const clearLineEnd = '\u001B[K';
const clearBelow = '\u001B[J';

/** The rest of a key's bytes comes within this time, also over a slow line; ms. */
const keyCompleteWithin = 100;

/** Rows and columns of a terminal. */
export interface ScreenSize {
  rows: number;
  columns: number;
}

/** A full screen of its own, which leaves the terminal as it was. */
export interface Screen {
  /** Rows and columns at this moment. */
  size(): ScreenSize;
  /** Shows these lines and nothing else; they must fit. */
  draw(lines: readonly string[]): void;
  /** Keys by the names of `decode-keys.ts`, all that came together. */
  onKeys(listener: (keys: string[]) => void): void;
  onResize(listener: () => void): void;
  /** Idempotent; also done when the process ends for any reason but KILL. */
  restore(): void;
}

/** Takes the screen. Whatever ends the process, `restore` is run first. */
export function takeScreen(output: NodeJS.WriteStream, input: NodeJS.ReadStream): Screen {
  const events = new EventEmitter();
  const decoder = new StringDecoder('utf8');
  let isTaken = true;
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  const decode = (text: string, isLast: boolean): void => {
    clearTimeout(timer);
    const decoded = decodeKeys(rest + text, isLast);
    rest = decoded.rest;
    if (rest !== '') timer = setTimeout(() => decode('', true), keyCompleteWithin);
    if (decoded.keys.length > 0) events.emit('keys', decoded.keys);
  };
  const read = (bytes: Buffer): void => decode(decoder.write(bytes), false);
  const resized = (): void => void events.emit('resize');
  const restore = (): void => {
    if (!isTaken) return;
    isTaken = false;
    clearTimeout(timer);
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
    onKeys: (listener) => void events.on('keys', listener),
    onResize: (listener) => void events.on('resize', listener),
    restore,
  };
}
