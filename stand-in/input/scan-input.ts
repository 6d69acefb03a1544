import { coordinateError, nonAsciiError } from './input-error.ts';

/** One line of the input without its comment. */
export interface InputLine {
  /** From 1, as in the echo. */
  number: number;
  text: string;
}

/** One word of a block: a bare word, a quoted text, `{…}`, `Print[…]` or `=`. */
export interface Token {
  text: string;
  line: number;
}

const tokenPattern = /"[^"]*"|\{[^}]*\}|print\s*\[[^\]]*\]|=|[^\s="{]+/gi;

/** The lines of an input without comments, blanks and carriage returns. Throws InputError for non-ASCII text. */
export function scanLines(input: string): InputLine[] {
  return input
    .split(/\r?\n/)
    .map((text, index) => ({ number: index + 1, text: stripComments(text).trim() }))
    .filter((line) => line.text !== '')
    .map((line) => {
      if (/[^\t\x20-\x7e]/.test(line.text)) throw nonAsciiError(line.number);
      return line;
    });
}

/** A comment runs from `#` to the next `#` of the same line, or to its end. */
function stripComments(line: string): string {
  let kept = '';
  let inQuotes = false;
  let inComment = false;
  for (const character of line) {
    if (character === '#' && !inQuotes) {
      inComment = !inComment;
      continue;
    }
    if (inComment) continue;
    if (character === '"') inQuotes = !inQuotes;
    kept += character;
  }
  return kept;
}

export function splitTokens(text: string, line: number): Token[] {
  if ((text.split('"').length - 1) % 2 === 1) throw coordinateError(line, `a quote is not closed: ${text}`);
  return [...text.matchAll(tokenPattern)].map((match) => ({ text: match[0], line }));
}

/** The content of a quoted token, or the token itself. */
export function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
