import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { type GuardMessage, renderGuardMessage } from './guard-message.ts';

/** Stops the ORCAs of this process should it be killed, or paused for nearly as long as their locks last. */
export interface Guard {
  /** Also moves the deadline of a session that is watched already. */
  watch(sessionId: number, untilMs: number): void;
  release(sessionId: number): void;
  stop(): Promise<void>;
}

/** A guard that was killed is replaced, but not in a tight loop. */
const restartMs = 1000;
const farewellMs = 2000;

/** Starts the guard in a session of its own, out of reach of Ctrl+C. Without one, jobs run all the same: it says so. */
export function startGuard(log: Logger): Guard {
  const script = join(findPackageRoot(), 'dist', 'consumer', 'process', 'guard.js');
  const untilMsOf = new Map<number, number>();
  let isStopping = false;
  let guard = spawnGuard();
  const send = (message: GuardMessage): void => void guard?.stdin.write(renderGuardMessage(message));

  function spawnGuard() {
    if (!existsSync(script)) {
      log.warn({ script }, 'no guard: if this consumer is killed, its ORCAs keep running');
      return undefined;
    }
    const child = execa(process.execPath, ['--max-old-space-size=32', script], {
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
    });
    child.stdin.on('error', () => undefined);
    void replaceWhenGone(child);
    return child;
  }

  async function replaceWhenGone(child: PromiseLike<{ shortMessage?: string | undefined }>): Promise<void> {
    const { shortMessage } = await child;
    if (isStopping) return;
    log.warn({ err: shortMessage }, 'the guard ended; starting another one');
    await delay(restartMs, undefined, { ref: false });
    if (isStopping) return;
    guard = spawnGuard();
    for (const [sessionId, untilMs] of untilMsOf) send({ kind: 'watch', sessionId, untilMs });
  }

  return {
    watch(sessionId, untilMs) {
      untilMsOf.set(sessionId, untilMs);
      send({ kind: 'watch', sessionId, untilMs });
    },
    release(sessionId) {
      untilMsOf.delete(sessionId);
      send({ kind: 'release', sessionId });
    },
    async stop() {
      isStopping = true;
      guard?.stdin.end();
      await Promise.race([guard, delay(farewellMs, undefined, { ref: false })]).catch((error: unknown) =>
        log.debug({ err: messageOf(error) }, 'the guard did not end cleanly'),
      );
    },
  };
}
