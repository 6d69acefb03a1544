// ORCA for a held job: under the guard, watched, and not started when the lock may be another's.
import type { Logger } from '../../core/logger.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';
import { formulaOf } from '../../orca/structure/formula.ts';
import type { MaskCheck } from '../process/check-masks.ts';
import { guardRun, releaseRun } from '../process/guard-run.ts';
import type { Guard } from '../process/start-guard.ts';
import type { Launcher } from '../process/start-launcher.ts';
import type { HeldJob, InterruptReason } from '../queue/held-job.ts';
import { guardDeadlineMs, mustFence } from '../queue/keep-locks.ts';
import { type FinishedRun, type NodeSetup, runJob } from './run-job.ts';

export interface RunContext {
  setup: NodeSetup;
  force: AbortSignal;
  guard: Pick<Guard, 'watch' | 'release'>;
  launcher: Pick<Launcher, 'start'>;
  /** What ORCA's environment is built from. */
  inherited: Record<string, string>;
  lockSeconds: number;
  checkMasks: MaskCheck | null;
}

/** Runs ORCA under the guard, and says since when. */
export async function runHeld(
  held: HeldJob,
  payload: JobPayload,
  log: Logger,
  context: RunContext,
): Promise<{ finished: FinishedRun | undefined; ranFromMs: number | undefined }> {
  let ranFromMs: number | undefined;
  const ended = new AbortController();
  const finished = await runJob(payload, held.slot, context.setup, {
    runId: held.runId,
    launcher: context.launcher,
    inherited: context.inherited,
    untilMs: () => guardDeadlineMs(held.lockedAtMs, context.lockSeconds),
    stop: held.stop.signal,
    force: context.force,
    log,
    beforeStart: () => {
      // This process may have been paused since the fetch, and the job be another's.
      if (mustFence(held.lockedAtMs, monotonicMs(), context.lockSeconds))
        held.stop.abort('lock_lost' satisfies InterruptReason);
    },
    onStart: (pid, dir) => {
      held.sessionId = pid;
      held.run = { dir, formula: formulaOf(payload.calculation.atoms), ended: ended.signal };
      ranFromMs = monotonicMs();
      guardRun(held, context.guard, context.lockSeconds);
      context.checkMasks?.(pid, held.slot, log, ended.signal);
    },
  }).finally(() => {
    ended.abort();
    releaseRun(held, context.guard);
    held.run = undefined;
    held.progress = undefined;
  });
  return { finished, ranFromMs };
}
