#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(program)) {
  process.stderr.write('oact is not built: run `npm ci` (or `npm run build`) in its directory first.\n');
  process.exit(1);
}
const { main } = await import(program.href);
await main();
