import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type CheckLine, fail, failOf } from './check-line.ts';

/** Something to look at. It may throw and it may hang; neither keeps the others from being looked at. */
export interface Check {
  name: string;
  /** After so long it has failed. */
  limitSeconds: number;
  run: (cut: AbortSignal) => Promise<CheckLine[]>;
}

/** Runs all checks at once. @returns their lines in the order of the checks */
export async function runChecks(checks: readonly Check[]): Promise<CheckLine[]> {
  const lines = await Promise.all(checks.map(runCheck));
  return lines.flat();
}

async function runCheck({ name, limitSeconds, run }: Check): Promise<CheckLine[]> {
  const over = new AbortController();
  const cut = new AbortController();
  const silence = delay(limitSeconds * 1000, undefined, { signal: over.signal }).then(
    () => [
      fail(
        name,
        `no answer within ${limitSeconds} s`,
        'A file system, a name server or the network may hang.',
      ),
    ],
    () => [],
  );
  const answer = run(cut.signal).catch((error: unknown) => [failOf(name, error)]);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    over.abort();
    cut.abort();
  }
}

/** A hanging file system answers nothing; SQLite and others would wait in it for ever, and with them this process. */
const answerMs = 5000;

/** Whether the file system behind a path answers at all, be it that there is no such file. */
export async function answers(path: string): Promise<boolean> {
  const over = new AbortController();
  const answer = stat(path).then(
    () => true,
    () => true,
  );
  const silence = delay(answerMs, false, { signal: over.signal }).catch(() => false);
  return Promise.race([answer, silence]).finally(() => over.abort());
}
