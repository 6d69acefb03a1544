import { expect, it, vi } from 'vitest';
import { printJsonList } from '../../../cli/terminal/print-json-list.ts';

it.each([[[]], [[[], []]], [[[1]]], [[[{ a: 1, b: ['x', 'two\nlines'] }, null], [], [{ c: {} }, 7]]]])(
  'prints the pieces %j as one list, like all of it at once',
  (pieces: unknown[][]) => {
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    });
    printJsonList({ total: 3, offset: 0 }, 'records', pieces);
    write.mockRestore();
    expect(text).toBe(`${JSON.stringify({ total: 3, offset: 0, records: pieces.flat() }, null, 2)}\n`);
  },
);
