import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';

const root = findPackageRoot();

/** `room/file.ts` of every line in ARCHITECTURE.md's tables of files. */
function listDescribed(): string[] {
  let room = '';
  const described: string[] = [];
  for (const line of readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n')) {
    room = /^### `([\w-]+\/)`/.exec(line)?.[1] ?? room;
    const file = /^\| `([\w/-]+\.ts)`\s+\| \S/.exec(line)?.[1];
    if (room !== '' && file !== undefined) described.push(room + file);
  }
  return described;
}

it('ARCHITECTURE.md has one line for every file, and none for a file that is gone', () => {
  const described = listDescribed();
  const rooms = new Set(described.map((path) => path.split('/')[0] ?? ''));
  const existing = [...rooms].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => `${room}/${name}`),
  );
  expect(rooms.size).toBeGreaterThan(9);
  expect(described.toSorted()).toEqual(existing.toSorted());
});
