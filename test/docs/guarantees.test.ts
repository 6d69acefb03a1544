import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';

const root = findPackageRoot();
const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });

/** `crash/windows/window-*.test.ts` stands for every test that is called so. */
const exists = (name: string): boolean => {
  const [head = '', tail = ''] = name.split('*');
  return tests.some((path) =>
    name.includes('*') ? path.startsWith(head) && path.endsWith(tail) : path === name,
  );
};

it('every proof that docs/guarantees.md names is there', () => {
  const text = readFileSync(join(root, 'docs', 'guarantees.md'), 'utf8');
  const named = [...text.matchAll(/`([\w/*-]+\.test\.ts)`/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !exists(name))).toEqual([]);
});

it('every proof that docs/security.md names is there', () => {
  const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8');
  const named = [...text.matchAll(/`([\w/*-]+\.test\.ts)`/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !exists(name))).toEqual([]);
});
