/** Keys out of the bytes of a terminal. A slow line delivers many keys in one piece, or one key in several: none is lost or torn. */

/** A key with a name; every other key is the character that it types. */
const named: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
};

const controls: Readonly<Record<string, string>> = {
  '\u0003': 'ctrl-c',
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
  '\u0015': 'ctrl-u',
};

const escape = '\u001B';
/** A sequence of a terminal: CSI with parameters and a last letter, or SS3 with one letter. */
const whole = /^(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z])/;
const begun = /^(?:\[[0-9;?]*[ -/]*|O)?$/;

/**
 * @param text what came, behind what an earlier call left
 * @param isLast whether nothing more comes soon: an escape without anything behind it is then the key Escape
 * @returns the keys, and the beginning of one that is not whole yet
 */
export function decodeKeys(text: string, isLast: boolean): { keys: string[]; rest: string } {
  const keys: string[] = [];
  let at = 0;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character !== escape) {
      const key = controls[character] ?? (character < ' ' ? undefined : character);
      if (key !== undefined) keys.push(key);
      at += character.length;
      continue;
    }
    const behind = text.slice(at + 1);
    const sequence = whole.exec(behind)?.[0];
    if (sequence !== undefined) {
      const key = named[sequence];
      if (key !== undefined) keys.push(key);
      at += 1 + sequence.length;
    } else if (begun.test(behind) && !isLast) {
      return { keys, rest: text.slice(at) };
    } else {
      keys.push('escape');
      at += 1;
    }
  }
  return { keys, rest: '' };
}
