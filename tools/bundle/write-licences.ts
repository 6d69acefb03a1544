import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findPackageRoot } from '../../core/config/package-root.ts';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default('see its text'),
});

/** Writes the licences of all packages that are in a bundle, as they ask for. */
export function writeLicences(path: string, packages: ReadonlySet<string>): void {
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
