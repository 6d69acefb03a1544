import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from './errors.ts';
import { rotateLog, type RotationLimits, usualLimits } from './rotate-log.ts';

/** How often a pipe that is full is asked again, and for how long: its reader may only be slow. */
const retryMs = 10;
const mostRetries = 100;

/**
 * Where log lines go. A line that cannot be written (full disk, quota, closed pipe) is dropped and counted: it must never end a process
 * whose work lies elsewhere. As soon as lines can be written again, one says how many are missing and why.
 */
export interface LogDestination {
  write(line: string): void;
}

/** A file is looked at this often: whether it is too large or old, and whether another process has set it aside. */
const lookEveryMs = 5000;

/**
 * @param target a file, made with its directory when it is missing, or the number of an open one
 * @param limits when a file is set aside as `….1`; an open one never is, because it is another's
 */
export function openLogDestination(
  target: string | number,
  limits: RotationLimits = usualLimits,
): LogDestination {
  let file = typeof target === 'number' ? target : undefined;
  let lost = 0;
  let why = '';
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  /** A disk that fills up in the middle of a line leaves the line without its end. */
  let isLineOpen = false;

  const put = (text: string): void => {
    lookAtFile();
    file ??= openFile(String(target));
    let bytes = Buffer.from(text);
    for (let retries = 0; bytes.length > 0;) {
      try {
        const written = writeSync(file, bytes);
        bytes = bytes.subarray(written);
        if (written > 0) isLineOpen = true;
      } catch (error) {
        if (systemErrorCode(error) !== 'EAGAIN' || retries === mostRetries) throw error;
        retries += 1;
        sleep(retryMs);
      }
    }
    isLineOpen = false;
  };
  return {
    write(line) {
      try {
        if (isLineOpen) put('\n');
        if (lost > 0) put(renderLoss(lost, why));
        lost = 0;
        put(line);
      } catch (error) {
        lost += 1;
        why = systemErrorCode(error) ?? 'unknown';
        reopenLater();
      }
    },
  };

  function lookAtFile(): void {
    if (typeof target === 'number' || performance.now() - lookedAtMs < lookEveryMs) return;
    lookedAtMs = performance.now();
    const number = rotateLog(target, limits, Date.now());
    if (file !== undefined && number !== fstatSync(file).ino) reopenLater();
  }

  /** A file system that went away and came back knows the old descriptor no more. */
  function reopenLater(): void {
    if (typeof target === 'number' || file === undefined) return;
    try {
      closeSync(file);
    } catch {
      // It is gone either way.
    }
    file = undefined;
  }
}

function openFile(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a');
}

function renderLoss(lines: number, err: string): string {
  const record = {
    level: 40,
    time: Date.now(),
    lines,
    err,
    msg: 'log lines were lost because they could not be written',
  };
  return `${JSON.stringify(record)}\n`;
}

/** Blocks, as the write to a pipe does that waits by itself. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
