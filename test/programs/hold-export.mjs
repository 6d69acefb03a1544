// Begins to write a file as an export does, says so, and waits to be killed.
// Usage: hold-export.mjs PACKAGE_ROOT FILE
import { join } from 'node:path';

const [root, path] = process.argv.slice(2);
const { openSink } = await import(join(root, 'dist/cli/export/open-sink.js'));
const sink = await openSink(path, false);
await sink.write('x'.repeat(2 ** 20));
process.stdout.write('writing\n');
setInterval(() => undefined, 1000);
