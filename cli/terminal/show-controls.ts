/** Control sequences in what others wrote are shown, not obeyed: one of them writes the clipboard, others overwrite what was read. */
import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

// Line ends and tabs are left as they are. Last: marks that turn the direction of writing.
const controls = /(?![\t\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const escape = '\u001B';
const colours = new RegExp(`(${escape}\\[[0-9;]*m)`);

/** `^[` for escape, as `cat -v` shows it; `\u009b` for what has no caret. */
function show(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0x7f) return '^?';
  return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** For text of a file or a program: no control character is left but line ends and tabs. */
export function showControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(controls, show);
}

/** For lines of our own that quote others: colours stay, everything else is shown. */
export function showForeignControls(text: string): string {
  return text
    .split(colours)
    .map((part, index) => (index % 2 === 1 ? part : showControls(part)))
    .join('');
}

/** The same for bytes that come in pieces, as UTF-8. */
export function createControlsFilter(): Transform {
  const decoder = new StringDecoder('utf8');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, showControls(decoder.write(chunk)));
    },
    flush(done) {
      done(null, showControls(decoder.end()));
    },
  });
}
