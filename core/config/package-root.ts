import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OactError } from '../errors.ts';

/**
 * The directory of the installed package, from the sources and from `dist/` alike.
 * @throws OactError INTERNAL when no package.json named oact lies above this file
 */
export function findPackageRoot(): string {
  for (let dir = dirname(fileURLToPath(import.meta.url)); ; dir = dirname(dir)) {
    const manifest = join(dir, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'oact')
        return dir;
    }
    if (dirname(dir) === dir) throw new OactError('INTERNAL', 'the package directory of oact was not found');
  }
}
