import { readFileSync } from 'node:fs';

/** The text of a file under /proc or /sys, or undefined where it is missing. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
