import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import { toFileError } from './source-file.ts';

/** `mol_2` before `mol_10`. */
const naturalOrder = new Intl.Collator('en', { numeric: true });

/**
 * The XYZ files of a directory, or the files of a quoted pattern, in natural order: `*`, `?` and `[abc]` within a name, `**` for any depth of
 * directories; hidden names only when written out. Written here because the shell cannot expand a pattern
 * of 10⁵ names, and Node has a glob of its own only from 22 on.
 * @throws OactError IMPORT_EMPTY when nothing matches, FILE_UNREADABLE for a directory that cannot be read
 */
export function listFiles(pattern: string): string[] {
  // A name that looks like a pattern, as the shell may hand it over.
  if (existsSync(pattern)) return statSync(pattern).isDirectory() ? filesOfDirectory(pattern) : [pattern];
  const files = expand(
    isAbsolute(pattern) ? '/' : '.',
    pattern.split('/').filter((part) => part !== ''),
  );
  if (files.length > 0) return files.toSorted(naturalOrder.compare);
  throw new OactError('IMPORT_EMPTY', `no file matches '${pattern}'`, {
    hint: "Check the pattern, and put it in quotes: --xyz 'structures/*.xyz'.",
  });
}

function filesOfDirectory(directory: string): string[] {
  const files = list(directory).filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
  const paths = files
    .filter(({ name }) => /\.(?:ext)?xyz$/i.test(name))
    .map(({ name }) => join(directory, name));
  if (paths.length > 0) return paths.toSorted(naturalOrder.compare);
  throw new OactError('IMPORT_EMPTY', `the directory '${directory}' has no file *.xyz`, {
    hint: `Give a pattern for other names or for the directories in it: --xyz '${directory}/**/*.xyz'.`,
  });
}

function expand(directory: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  if (part === '**') {
    const below = list(directory).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return [...expand(directory, rest), ...below.flatMap(({ name }) => expand(join(directory, name), parts))];
  }
  const isLast = rest.length === 0;
  const paths = match(directory, part, isLast).map((name) => join(directory, name));
  return isLast ? paths : paths.flatMap((path) => expand(path, rest));
}

function match(directory: string, part: string, onlyFiles: boolean): string[] {
  if (!/[*?[]/.test(part)) return existsSync(join(directory, part)) ? [part] : [];
  const pattern = toRegExp(part);
  const entries = list(directory).filter((entry) => pattern.test(entry.name));
  return entries.filter((entry) => !(onlyFiles && entry.isDirectory())).map(({ name }) => name);
}

function list(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    // A file where the pattern wants a directory holds no match.
    if (systemErrorCode(error) === 'ENOTDIR') return [];
    throw toFileError(error, directory);
  }
}

function toRegExp(part: string): RegExp {
  const source = part.replaceAll(/\[[^\]]+\]|./gs, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (token.length > 1) return token.replaceAll('\\', String.raw`\\`).replace('[!', '[^');
    return token.replace(/[.+^${}()|[\]\\]/, String.raw`\$&`);
  });
  return new RegExp(`^${part.startsWith('.') ? '' : String.raw`(?!\.)`}${source}$`, 's');
}
