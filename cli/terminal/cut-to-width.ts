import cliTruncate from 'cli-truncate';

/** A line as it fits into `width` columns, its end marked when it does not; colours are kept and ended. */
export function cutToWidth(line: string, width: number): string {
  // The library measures every line; most are short.
  return line.length <= width ? line : cliTruncate(line, width);
}

/** Columns of the terminal; without one nothing is cut, because a program reads it. */
export function screenWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.MAX_SAFE_INTEGER;
}
