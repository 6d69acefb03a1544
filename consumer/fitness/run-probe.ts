import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { ProbeEnd } from './judge-node.ts';
import { listSession, noteLeader } from '../process/list-session.ts';
import { stopSession } from '../process/stop-session.ts';

/** ORCA's own answer has two lines, that of mpirun a few more. */
const keptCharacters = 64 * 1024;
/** For the pipe of a session that has just gone. */
const lastWordsMs = 1000;

/**
 * Runs a program that may do anything, in its own session, of which nothing is left afterwards.
 * @param cut ends it at once
 */
export async function runProbe(
  [program, ...args]: readonly [string, ...string[]],
  options: { dir: string; env: Record<string, string>; limitMs: number; cut: AbortSignal },
): Promise<ProbeEnd> {
  const child = execa(program, args, {
    cwd: options.dir,
    env: options.env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: keptCharacters,
    detached: true,
    cleanup: false,
    reject: false,
  });
  const forget = child.pid === undefined ? undefined : noteLeader(child.pid);
  // The end of the program, not of its pipes: what left its session may hold them open.
  const exited = child.pid === undefined ? child : once(child, 'exit');
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, options.cut]);
  const timeUp = delay(options.limitMs, true, { signal }).catch(() => true);
  const timedOut = await Promise.race([exited.then(() => false), timeUp]);
  over.abort();
  // An orphan holds the pipe and would keep the answer away.
  if (child.pid !== undefined && listSession(child.pid).length > 0) await stopSession(child.pid, 0);
  forget?.();
  const result = await Promise.race([child, delay(lastWordsMs, undefined, { ref: false })]);
  // Whoever still holds them must not keep this process.
  child.stdout.destroy();
  child.stderr.destroy();
  return {
    spawnError:
      child.pid === undefined ? (result?.code ?? result?.originalMessage ?? 'it cannot be started') : null,
    exitCode: result?.exitCode ?? null,
    signal: result?.signal ?? null,
    timedOut: timedOut || result === undefined,
    text: result?.all ?? '',
  };
}
