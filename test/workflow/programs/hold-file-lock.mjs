// Tries to take a lock, says "held" or "refused", and holds it until its stdin ends.
// usage: node hold-file-lock.mjs PATH
import { holdFileLock } from '../../../dist/workflow/database/hold-file-lock.js';

const lock = holdFileLock(process.argv[2]);
process.stdout.write(lock ? 'held\n' : 'refused\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit());
