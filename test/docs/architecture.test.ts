import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';

const root = findPackageRoot();
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
/** Folders of the top level that are no room. */
const apart = new Set(['bin', 'docs', 'examples', 'test', 'node_modules', 'dist', 'bundle', 'demo-campaign']);

/** Folders and files that a text names in backticks: `room/…`. */
function listPaths(text: string): string[] {
  return [...text.matchAll(/`((?:[\w-]+\/)+(?:[\w.-]+\.\w+)?)`/g)].map(([, path = '']) => path);
}

const rooms = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !apart.has(entry.name))
  .map(({ name }) => name);

/** Folders below the root with the number of their files. Fixtures are data; a client library is not ours. */
function countFiles(dir: string): [dir: string, files: number][] {
  const entries = readdirSync(join(root, dir), { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'fixtures' && entry.name !== 'node_modules')
    .flatMap(({ name }) => countFiles(join(dir, name)));
  return [[dir, entries.filter((entry) => entry.isFile()).length], ...below];
}

describe('ARCHITECTURE.md', () => {
  it('names only files and folders that exist', () => {
    const paths = listPaths(page).filter((path) => !path.startsWith('attempt-'));
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('describes rooms in which no folder holds more than 18 files', () => {
    const folders = [...rooms, 'test', 'examples', 'docs', 'bin'].flatMap(countFiles);
    expect(folders.length).toBeGreaterThan(60);
    expect(folders.filter(([, files]) => files > 18)).toEqual([]);
  });

  it('has a row for every room', () => {
    expect(rooms.length).toBeGreaterThan(11);
    expect(rooms.filter((room) => !page.includes(`[${room}/](${room}/README.md)`))).toEqual([]);
  });
});

const others = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

it.each(others)('%s names only files of the package that exist', (file) => {
  const heads = new Set([...rooms, 'test', 'examples', 'docs', 'bin']);
  const paths = listPaths(readFileSync(join(root, file), 'utf8')).filter((path) =>
    heads.has(path.split('/')[0] ?? ''),
  );
  // A folder of a campaign may have the name of a room.
  const gone = paths.filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, 'test', path)));
  expect(gone).toEqual([]);
});

describe.each(rooms)('%s/README.md', (room) => {
  const file = join(root, room, 'README.md');

  it('is short and names every folder of the room, and nothing that is gone', () => {
    const text = readFileSync(file, 'utf8');
    const folders = readdirSync(join(root, room), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((name) => !text.includes(`\`${name}/\``))).toEqual([]);
    const gone = listPaths(text).filter(
      (path) => !existsSync(join(root, room, path)) && !existsSync(join(root, path)),
    );
    expect(gone).toEqual([]);
    // The stand-in's README is its manual.
    const limit = room === 'stand-in' ? 80 : 15;
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(limit);
  });
});
