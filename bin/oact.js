#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('oact is not built: run `npm ci` (or `npm run build`) in its directory first.\n');
  process.exit(1);
}
// Node 22.1 and newer keep what they compiled in the temporary directory of this machine; Node 20 cannot.
nodeModule.enableCompileCache?.();
await import(main.href);
