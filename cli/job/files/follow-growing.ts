import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { findTail } from './read-lines.ts';
import { openPlainFile } from '../../../core/plain-file.ts';

/** What is followed, and how one knows that it is over. */
export interface Followed {
  /** The output of the newest run at this moment; undefined: there is none yet. */
  find: () => string | undefined;
  /** In words, how the job has ended; undefined: it has not. */
  isOver: () => Promise<string | undefined>;
}

export interface FollowControl {
  /** How many lines of what is there already are shown. */
  lines: number;
  write: (bytes: Buffer) => Promise<void>;
  /** What a user reads beside the output. */
  say: (words: string) => void;
  signal: AbortSignal;
  pollMs?: number;
}

interface OpenRun {
  file: FileHandle;
  identity: string;
  position: number;
}

/**
 * Shows an output as it grows, until its job has ended or the signal comes. It is asked for its size: no notice of a change on another
 * node comes over a network file system. A job that starts again has another output, which is followed from its beginning.
 */
export async function followGrowing(followed: Followed, control: FollowControl): Promise<void> {
  const { say, signal, pollMs = 1000 } = control;
  let run: OpenRun | undefined;
  let isWaiting = false;
  try {
    while (!signal.aborted) {
      // Asked first: what was written before the end is shown all the same.
      const over = await followed.isOver();
      run = await openNewest(followed, run, control);
      if (run !== undefined) await showRest(run, control);
      else if (!isWaiting && over === undefined) say('no output yet: waiting for the job to start');
      isWaiting ||= run === undefined;
      if (over !== undefined) return say(over);
      await delay(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await run?.file.close();
  }
}

/** The run that is open already, or a newer one. */
async function openNewest(
  followed: Followed,
  current: OpenRun | undefined,
  control: FollowControl,
): Promise<OpenRun | undefined> {
  const path = followed.find();
  if (path === undefined) return current;
  const file = await openPlainFile(path).catch(() => undefined);
  if (file === undefined) return current;
  const { dev, ino } = await file.stat();
  const identity = `${dev}:${ino}`;
  if (identity === current?.identity) {
    await file.close();
    return current;
  }
  if (current === undefined) return { file, identity, position: await findTail(file, control.lines) };
  await showRest(current, control);
  await current.file.close();
  control.say(`a new run: ${path}`);
  return { file, identity, position: 0 };
}

async function showRest(run: OpenRun, { write, say, signal }: FollowControl): Promise<void> {
  const { size } = await run.file.stat();
  if (size < run.position) {
    say('the output was truncated: printing it from the beginning');
    run.position = 0;
  }
  const block = Buffer.alloc(65_536);
  while (!signal.aborted) {
    const { bytesRead } = await run.file.read(block, 0, block.length, run.position);
    if (bytesRead === 0) return;
    run.position += bytesRead;
    await write(Buffer.from(block.subarray(0, bytesRead)));
  }
}
