import { fileURLToPath } from 'node:url';

/** The absolute path of a program of test/programs. */
export function programPath(name: string): string {
  return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}
