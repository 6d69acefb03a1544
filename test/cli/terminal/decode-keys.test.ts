import { describe, expect, it } from 'vitest';
import { decodeKeys } from '../../../cli/terminal/decode-keys.ts';

describe('keys of a terminal', () => {
  it.each<[string, string[], string]>([
    ['q', ['q'], ''],
    ['\u001B[A\u001B[B', ['up', 'down'], ''],
    ['jj\u001B[Bkq', ['j', 'j', 'down', 'k', 'q'], ''],
    ['\u001BOA\r\t\u007F', ['up', 'enter', 'tab', 'backspace'], ''],
    ['\u001B[5~\u001B[6~\u001B[1~\u001B[4~', ['page-up', 'page-down', 'home', 'end'], ''],
    ['\u0003', ['ctrl-c'], ''],
    ['ü∆😀', ['ü', '∆', '😀'], ''],
    // What nothing is bound to is no key, and types nothing.
    ['\u001B[1;5Ax\u001B[?25h\u0001', ['x'], ''],
    // Torn by a slow line.
    ['j\u001B', ['j'], '\u001B'],
    ['\u001B[', [], '\u001B['],
    ['\u001B[5', [], '\u001B[5'],
    // Escape, and then another key.
    ['\u001Bq', ['escape', 'q'], ''],
  ])('%j', (text, keys, rest) => {
    expect(decodeKeys(text, false)).toEqual({ keys, rest });
  });

  it('an escape that stays alone is the key', () => {
    expect(decodeKeys('\u001B', true)).toEqual({ keys: ['escape'], rest: '' });
    expect(decodeKeys('\u001B[', true)).toEqual({ keys: ['escape', '['], rest: '' });
  });

  it('gives the same keys however the bytes are torn', () => {
    const text = 'a\u001B[Ab\u001B[5~\u001BOBc\r';
    const all = decodeKeys(text, false).keys;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const first = decodeKeys(text.slice(0, cut), false);
      const second = decodeKeys(first.rest + text.slice(cut), false);
      expect([...first.keys, ...second.keys]).toEqual(all);
    }
  });
});
