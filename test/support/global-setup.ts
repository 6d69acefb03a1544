import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { chooseTestRedis } from './redis.ts';

const root = findPackageRoot();
const stamp = join(root, 'dist', '.built');

/** Runs once before all tests: programs that tests start are the compiled ones, and everybody uses the same kind of Redis. */
export async function setup(): Promise<void> {
  if (isStale()) build();
  const kind = await chooseTestRedis();
  process.env['OACT_TEST_REDIS'] = kind;
  process.stdout.write(`Redis of this run: ${kind}\n`);
}

/** True when a source is newer than the last build. */
function isStale(): boolean {
  if (!existsSync(stamp)) return true;
  const builtAt = statSync(stamp).mtimeMs;
  return listSources().some(
    (path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > builtAt,
  );
}

function listSources(): string[] {
  const rooms = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['node_modules', 'dist', 'test', '.git'].includes(entry.name))
    .map((entry) => join(root, entry.name));
  const sources = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
  );
  return [join(root, 'tsconfig.json'), ...sources];
}

/** Type errors are shown and do not stop the tests: `npm run check` is the gate for them. */
function build(): void {
  const startedAt = new Date();
  try {
    execFileSync(
      process.execPath,
      [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
  } catch {
    process.stdout.write('dist was built with the type errors above\n');
  }
  writeFileSync(stamp, '');
  // Its time is the start of the build, so that an edit during it counts as newer.
  utimesSync(stamp, startedAt, startedAt);
}
