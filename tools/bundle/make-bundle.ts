import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCode } from './bundle-code.ts';
import { copyBeside } from './copy-beside.ts';
import { z } from 'zod';
import { findPackageRoot } from '../../core/config/package-root.ts';

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

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default('see its text'),
});

/** Writes the licences of all packages that are in a bundle, as they ask for. */
function writeLicences(path: string, packages: ReadonlySet<string>): void {
  const sections = [...packages].toSorted().map(renderLicence);
  writeFileSync(
    path,
    `oact itself is under Apache-2.0: LICENSE. This bundle also holds code of ${packages.size} packages.\n\n${sections.join('\n')}`,
  );
}

function renderLicence(name: string): string {
  const dir = join(findPackageRoot(), 'node_modules', name);
  const { version, license } = manifestSchema.parse(
    JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')),
  );
  const texts = readdirSync(dir)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(dir, file), 'utf8').trim());
  const line = '='.repeat(78);
  return `${line}\n${name} ${version} · ${license}\n${line}\n\n${texts.join('\n\n') || 'The package has no text of it.'}\n`;
}
