import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { inheritedEnvironment } from '../core/environment.ts';
import { buildEnvironment } from './build-environment.ts';
import type { ProbeEnd } from './judge-node.ts';
import { listSession } from './list-session.ts';
import { makeRunScratch } from './run-scratch.ts';
import { stopSession } from './stop-session.ts';

/** ORCA's own answer has two lines. */
const keptCharacters = 64 * 1024;
/** For the pipe of a session that has just gone. */
const lastWordsMs = 1000;

/**
 * Starts ORCA without an argument, in an empty directory, unpinned, in its own session, of which nothing is left afterwards.
 * Another program may do anything then, so it gets `limitMs` and no more.
 * @param cut ends it at once
 * @throws a system error when the scratch directory cannot be written
 */
export async function probeOrca(orcaPath: string, limitMs: number, cut: AbortSignal): Promise<ProbeEnd> {
  // Where the next consumer looks for orphans, should this one be killed meanwhile.
  const dir = await makeRunScratch(`probe-${randomUUID().slice(0, 8)}`);
  try {
    return await runProbe(orcaPath, dir, limitMs, cut);
  } finally {
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function runProbe(orcaPath: string, dir: string, limitMs: number, cut: AbortSignal): Promise<ProbeEnd> {
  const child = execa(orcaPath, [], {
    cwd: dir,
    // No job id: what such a program notes of its runs must not be taken for a run.
    env: buildEnvironment(inheritedEnvironment(), {
      jobId: '',
      slot: 0,
      cores: [],
      jobDir: dir,
      tmpDir: dir,
      isRoot: process.getuid?.() === 0,
    }),
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: keptCharacters,
    detached: true,
    cleanup: false,
    reject: false,
  });
  const over = new AbortController();
  const timeUp = delay(limitMs, true, { signal: AbortSignal.any([over.signal, cut]) }).catch(() => true);
  const timedOut = await Promise.race([child.then(() => false), timeUp]);
  over.abort();
  // An orphan holds the pipe and would keep the answer away.
  if (child.pid !== undefined && listSession(child.pid).length > 0) await stopSession(child.pid, 0);
  const result = await Promise.race([child, delay(lastWordsMs, undefined, { ref: false })]);
  return {
    spawnError:
      child.pid === undefined ? (result?.code ?? result?.originalMessage ?? 'it cannot be started') : null,
    exitCode: result?.exitCode ?? null,
    signal: result?.signal ?? null,
    timedOut: timedOut || result === undefined,
    text: result?.all ?? '',
  };
}
