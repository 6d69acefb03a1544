import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';

const compiled = pathToFileURL(join(findPackageRoot(), 'dist', 'core', 'stop-signal.js')).href;

/** Prints a line for each thing that happens, until the second signal ends it. */
const program = `
  import { listenForStop } from ${JSON.stringify(compiled)};
  const alive = setInterval(() => undefined, 1000);
  const stop = listenForStop(({ signal }, forced) => console.log(signal, forced));
  stop.drain.addEventListener('abort', () => console.log('drain', stop.drain.reason.signal));
  stop.force.addEventListener('abort', () => {
    console.log('force', stop.force.reason.signal);
    stop.dispose();
    process.kill(process.pid, 'SIGTERM');
  });
  console.log('ready');
`;

it.each(['SIGINT', 'SIGTERM', 'SIGUSR1'] as const)(
  'the first %s drains, the second signal forces, and after dispose a signal kills again',
  async (signal) => {
    const child = execa(process.execPath, ['--input-type=module', '-e', program], {
      reject: false,
      timeout: 10_000,
    });
    const seen: string[] = [];
    for await (const line of child) {
      seen.push(line);
      if (line === 'ready') child.kill(signal);
      if (line.startsWith('drain')) child.kill('SIGINT');
    }
    expect(seen).toEqual(['ready', `${signal} false`, `drain ${signal}`, 'SIGINT true', 'force SIGINT']);
    expect((await child).signal).toBe('SIGTERM');
  },
);

it.each([
  ['comes first', [], ['SIGTERM false', 'drain SIGTERM', 'hurry SIGTERM', 'SIGTERM false']],
  [
    'comes while a drain is under way',
    ['SIGUSR1'],
    ['SIGUSR1 false', 'drain SIGUSR1', 'SIGTERM false', 'hurry SIGTERM', 'SIGTERM false'],
  ],
] as const)(
  'a signal that leaves little time and %s hurries, and forces by itself',
  async (_, before, lines) => {
    const hasty = program
      .replace(', forced));', ', forced), (signal) => (signal === "SIGTERM" ? 0.7 : undefined));')
      .replace(
        "console.log('ready')",
        "stop.hurry.addEventListener('abort', () => console.log('hurry', stop.hurry.reason.signal));\n console.log('ready')",
      );
    const child = execa(process.execPath, ['--input-type=module', '-e', hasty], {
      reject: false,
      timeout: 10_000,
    });
    const seen: string[] = [];
    for await (const line of child) {
      seen.push(line);
      if (line === 'ready') child.kill(before[0] ?? 'SIGTERM');
      if (line === 'drain SIGUSR1') child.kill('SIGTERM');
      // Told twice, it leaves no less time.
      if (line === 'hurry SIGTERM') child.kill('SIGTERM');
    }
    expect(seen).toEqual(['ready', ...lines, 'force SIGTERM']);
  },
);
