/** Sessions that their user has ended: kept in a file, so that a board that is started again does not open them. */
import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFileSync } from '../../core/plain-file.ts';

export interface EndedSessions {
  has(session: string): boolean;
  /** @param untilSeconds when it would have ended by itself, seconds since the epoch */
  add(session: string, untilSeconds: number): void;
}

/** The file holds hashes, one per line with its time: who reads it can open nothing. */
export function endedSessionsPath(campaignDir: string): string {
  return join(campaignDir, '.oact', 'board.ended');
}

/** @param path undefined: remembered until this process ends, for tests */
export function keepEndedSessions(path: string | undefined, now = new Date()): EndedSessions {
  const ended = new Set<string>();
  if (path !== undefined) {
    const lines = readLines(path).filter((line) => Number(line.split(' ')[1]) * 1000 > now.getTime());
    for (const line of lines) ended.add(line.split(' ')[0] ?? '');
    // What is over is forgotten, or the file would grow for ever.
    if (lines.length < readLines(path).length)
      writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  }
  return {
    has: (session) => ended.has(hash(session)),
    add(session, untilSeconds) {
      if (ended.has(hash(session))) return;
      ended.add(hash(session));
      if (path !== undefined) appendFileSync(path, `${hash(session)} ${untilSeconds}\n`, { mode: 0o600 });
    },
  };
}

const hash = (session: string): string => createHash('sha256').update(session).digest('hex');

function readLines(path: string): string[] {
  try {
    return readPlainFileSync(path)
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
