#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('oact is not built: run `npm ci` (or `npm run build`) in its directory first.\n');
  process.exit(1);
}
await import(main.href);
