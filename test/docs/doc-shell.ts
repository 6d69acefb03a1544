import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';

/** The blocks of a page that a reader copies into a shell, in order. Those marked `console` are only looked at. */
export function readBlocks(page: string): string[] {
  const text = readFileSync(join(findPackageRoot(), 'docs', page), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** A shell into which blocks are typed one after the other. */
export interface DocShell {
  /** What the block prints; an error when a command of it fails. */
  type(block: string): Promise<string>;
  /** Ends the shell, and what it started in the background. */
  close(): Promise<void>;
}

export function openDocShell(options: { cwd: string; env: Record<string, string> }): DocShell {
  const shell: ChildProcess = spawn('bash', ['-e', '-o', 'pipefail'], {
    ...options,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(shell, 'close');
  let count = 0;
  return {
    type: async (block) => {
      const from = output.length;
      const marker = `== end of block ${++count} ==`;
      shell.stdin?.write(`${block}\necho '${marker}'\n`);
      const isDone = (): boolean => output.includes(marker, from);
      while (!isDone()) {
        const event = await Promise.race([
          once(shell.stdout ?? shell, 'data').then(() => 'said'),
          ended.then(() => 'ended'),
        ]);
        if (event === 'ended' && !isDone()) throw new Error(`failed: ${block}\n${output.slice(from)}`);
      }
      return output.slice(from, output.indexOf(marker, from));
    },
    close: async () => {
      shell.stdin?.end();
      // Its group: a background command keeps the pipes open, and so `close` away.
      if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGTERM');
      await ended;
    },
  };
}
