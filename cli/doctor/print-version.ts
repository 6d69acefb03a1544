import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { print } from '../terminal/print.ts';

/** What stands below the number that `oact --version` prints first: what a report of a bug must name. */
export async function printVersionDetails(): Promise<void> {
  const redis = await findRedisProgram();
  const commit = readCommit(findPackageRoot());
  print(
    [
      `commit  ${commit ?? 'unknown'}`,
      `node    ${process.versions.node}  ${process.execPath}`,
      `redis   ${redis === undefined ? 'no redis-server or valkey-server found; the embedded one runs instead' : `${redis.kind} ${redis.version}  ${redis.path}`}`,
    ].join('\n'),
  );
}

/**
 * The commit that a package was made of: of its working tree, or as `npm pack` and the bundle noted it in `dist/commit.txt`.
 * Reads files only, because git may not be there.
 */
export function readCommit(root: string): string | undefined {
  return readWorkingTree(root) ?? readText(join(root, 'dist', 'commit.txt'));
}

function readWorkingTree(root: string): string | undefined {
  const git = join(root, '.git');
  if (!existsSync(git)) return undefined;
  // In a second working tree it is a file that names the directory.
  const dir = statSync(git).isDirectory()
    ? git
    : resolve(root, readText(git)?.replace(/^gitdir:\s*/, '') ?? '.');
  const head = readText(join(dir, 'HEAD'));
  const ref = head?.startsWith('ref: ') === true ? head.slice('ref: '.length) : undefined;
  if (ref === undefined) return head;
  const common = resolve(dir, readText(join(dir, 'commondir')) ?? '.');
  const packed = readText(join(common, 'packed-refs')) ?? '';
  return (
    readText(join(common, ref)) ??
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${ref}`))
      ?.slice(0, 40)
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
