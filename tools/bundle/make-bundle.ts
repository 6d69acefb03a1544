import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCode } from './bundle-code.ts';
import { copyBeside } from './copy-beside.ts';
import { writeLicences } from './write-licences.ts';

/** What says that a directory is one of ours, and may be replaced. */
const notice = 'THIRD-PARTY-LICENSES.txt';

/**
 * Makes a directory with the layout of the installed package (`bin`, `dist`, …), whose code is a few files: a node
 * opens tens of them where it would open a thousand. It replaces an earlier bundle.
 * @throws Error when something else stands there
 */
export async function makeBundle(out: string): Promise<{ files: number; bytes: number }> {
  if (existsSync(out) && readdirSync(out).length > 0 && !existsSync(join(out, notice)))
    throw new Error(`${out} is not empty and no bundle: choose another with --out`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const packages = await bundleCode(out);
  const copied = copyBeside(out);
  writeLicences(join(out, notice), new Set([...packages, ...copied]));
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((name) =>
    statSync(join(out, name)),
  );
  const files = paths.filter((path) => path.isFile());
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}
