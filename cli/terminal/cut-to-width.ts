import { stripVTControlCharacters } from 'node:util';

const escape = '\u001B';

/** Colours and the like: they take no room on the screen. */
const escapes = new RegExp(`${escape}\\[[0-9;]*m`, 'y');
const reset = `${escape}[0m`;

/** A line as it fits into `width` columns, its end marked when it does not; colours are kept and ended. */
export function cutToWidth(line: string, width: number): string {
  if (line.length <= width) return line;
  let shown = 0;
  let isColoured = false;
  for (let at = 0; at < line.length;) {
    escapes.lastIndex = at;
    const colour = escapes.exec(line)?.[0];
    if (colour !== undefined) {
      isColoured = true;
      at += colour.length;
      continue;
    }
    if (shown === width - 1 && hasMore(line.slice(at)))
      return `${line.slice(0, at)}…${isColoured ? reset : ''}`;
    shown += 1;
    at += 1;
  }
  return line;
}

/** More than one character that is seen. */
function hasMore(rest: string): boolean {
  return stripVTControlCharacters(rest).length > 1;
}

/** Columns of the terminal; without one nothing is cut, because a program reads it. */
export function screenWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.MAX_SAFE_INTEGER;
}
