#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Without a listener USR1 starts Node's debugger, which lets everybody on the machine in. One that comes before the command
// listens, or after it has listened, is not for a debugger: it is told again as soon as somebody listens.
let hasComeEarly = false;
process.on('SIGUSR1', () => {
  hasComeEarly = process.listenerCount('SIGUSR1') === 1;
});
process.on('newListener', (event) => {
  if (event !== 'SIGUSR1' || !hasComeEarly) return;
  hasComeEarly = false;
  setImmediate(() => process.kill(process.pid, 'SIGUSR1'));
});

const program = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(program)) {
  process.stderr.write('oact is not built: run `npm ci` (or `npm run build`) in its directory first.\n');
  process.exit(1);
}
try {
  const { main } = await import(program.href);
  await main();
} catch (error) {
  // Node opens the files of a command all at once.
  if (error.code !== 'EMFILE') throw error;
  process.stderr.write(
    'oact: this shell allows too few open files (ulimit -n)\n      Raise the limit, for example: ulimit -n 1024\n',
  );
  process.exit(1);
}
