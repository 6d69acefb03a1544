/** Builds the release before this one, for consumers that are still in an allocation while oact is updated. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';

/** The commit of it; its formats are in test/fixtures/released. */
const previousRelease = '53ca11b';

/** Once for all runs on this machine; the compiler takes a quarter of a minute. @returns its directory; null without its history */
export function buildPreviousRelease(): string | null {
  const root = findPackageRoot();
  const cache = join(root, 'node_modules', '.cache');
  const place = join(cache, `oact-${previousRelease}`);
  if (existsSync(place)) return place;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(`${place}.`);
  try {
    const archive = execFileSync('git', ['archive', previousRelease], {
      cwd: root,
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    execFileSync('tar', ['-x', '-C', draft], { input: archive });
    symlinkSync(join(root, 'node_modules'), join(draft, 'node_modules'));
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: draft, stdio: 'ignore' });
    renameSync(draft, place);
    return place;
  } catch {
    rmSync(draft, { recursive: true, force: true });
    return existsSync(place) ? place : null;
  }
}
