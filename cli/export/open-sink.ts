import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { showControls } from '../terminal/show-controls.ts';
import { OactError, systemErrorCode } from '../../core/errors.ts';

/** Where an export goes, piece by piece. */
export interface Sink {
  write(text: string): Promise<void>;
  /** All is written: now the file has its name. */
  finish(): Promise<void>;
  /** Nothing is left of it. */
  abandon(): Promise<void>;
}

/** Pieces below this are collected. */
const bufferBytes = 256 * 1024;

/**
 * @param path null: stdout. A file appears under its name only when it is whole
 * @throws OactError USAGE when the file exists and may not be replaced; FILE_UNWRITABLE
 */
export async function openSink(path: string | null, mayReplace: boolean): Promise<Sink> {
  if (path === null)
    return collect(
      writeOut,
      async () => undefined,
      async () => undefined,
    );
  if (existsSync(path) && !mayReplace)
    throw new OactError('USAGE', `'${path}' exists`, { hint: 'Use --yes to replace it.' });
  const temporary = `${path}.tmp-${process.pid}`;
  removeWhenKilled(temporary);
  const file = await open(temporary, 'wx').catch((error: unknown) => {
    throw new OactError(
      'FILE_UNWRITABLE',
      `'${path}' cannot be written: ${systemErrorCode(error) ?? 'unknown'}`,
      {
        cause: error,
      },
    );
  });
  return collect(
    async (text) => void (await file.write(text)),
    async () => {
      await file.sync();
      await file.close();
      await rename(temporary, path);
    },
    async () => {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  );
}

/**
 * Nobody can clean up behind a SIGKILL but another process: a shell waits for the end of this one, by the pipe between them, and
 * removes what then still has the temporary name. In a session of its own, out of reach of the signals of a terminal.
 */
function removeWhenKilled(path: string): void {
  const watcher = spawn('/bin/sh', ['-c', 'cat >/dev/null; rm -f -- "$1"', 'sh', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it the export works all the same.
  watcher.on('error', () => undefined);
  watcher.unref();
  // It must not keep this process alive.
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
}

function collect(
  write: (text: string) => Promise<void>,
  end: () => Promise<void>,
  abandon: () => Promise<void>,
): Sink {
  let pending: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const text = pending.join('');
    pending = [];
    size = 0;
    if (text !== '') await write(text);
  };
  return {
    async write(text) {
      pending.push(text);
      size += text.length;
      if (size >= bufferBytes) await flush();
    },
    async finish() {
      await flush();
      await end();
    },
    abandon,
  };
}

/** A reader that is slower than the table is waited for. */
async function writeOut(text: string): Promise<void> {
  const shown = process.stdout.isTTY ? showControls(text) : text;
  if (!process.stdout.write(shown)) await once(process.stdout, 'drain');
}
