/** `npm run bundle [-- --out DIR]`: oact in a few files, to be copied to a shared file system. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBundle } from './make-bundle.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'bundle' } } });
const out = resolve(values.out);
const { files, bytes } = await makeBundle(out);
console.log(`${out}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB
Copy the directory to where the nodes see it. There: bin/oact.js --help`);
