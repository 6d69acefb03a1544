/** Why a process was asked to stop; travels as `AbortSignal.reason`. */
export interface StopReason {
  signal: NodeJS.Signals;
}

/** A drain may also come by other ways. */
export function isStopReason(reason: unknown): reason is StopReason {
  return typeof reason === 'object' && reason !== null && 'signal' in reason;
}

export interface StopSignal {
  /** Aborted by the first signal: take no new work, end what runs. */
  drain: AbortSignal;
  /** Aborted by a signal that leaves no grace: what runs is to be stopped now. */
  hurry: AbortSignal;
  /** Aborted by SIGTERM and SIGALRM, which may have been sent to every process here, ORCA's included. */
  terminated: AbortSignal;
  /** Aborted by a second signal that leaves time, and when a hasty one leaves no more time: nothing is waited for. */
  force: AbortSignal;
  /** Stops listening; Node's default handling is back. */
  dispose(): void;
}

/**
 * SIGUSR1 is what `--signal=B:USR1@300` of a batch script sends ahead of the walltime, SIGALRM what Flux sends at its end.
 */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGALRM'] as const;

/**
 * The same warning may come by two ways, from the scheduler and through the shell around this process: within this time it is
 * one, ms. A user who presses Ctrl+C twice means two.
 */
const sameWarningMs = 5000;

/**
 * Listens for stop signals: the first one drains, the second one forces, a hasty one hurries. Once per process, by the command that runs.
 * @param hasteOf how many seconds are left after a signal until the process is killed; undefined: as many as it takes
 */
export function listenForStop(
  onSignal?: (reason: StopReason, forced: boolean) => void,
  hasteOf: (signal: NodeJS.Signals) => number | undefined = () => undefined,
): StopSignal {
  const drain = new AbortController();
  const hurry = new AbortController();
  const terminated = new AbortController();
  const force = new AbortController();
  let untilForce: NodeJS.Timeout | undefined;
  let warnedAtMs = -Infinity;
  const handle = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGUSR1') {
      const isSame = performance.now() - warnedAtMs < sameWarningMs;
      warnedAtMs = performance.now();
      if (isSame) return;
    }
    const reason: StopReason = { signal };
    const haste = hasteOf(signal);
    // The end of the walltime may come while the drain that was to forestall it is under way, and be signalled twice (Flux does).
    const forced = drain.signal.aborted && haste === undefined;
    onSignal?.(reason, forced);
    if (signal === 'SIGTERM' || signal === 'SIGALRM') terminated.abort(reason);
    if (forced) force.abort(reason);
    drain.abort(reason);
    if (haste === undefined) return;
    hurry.abort(reason);
    untilForce ??= setTimeout(() => force.abort(reason), haste * 1000);
  };
  for (const signal of stopSignals) process.on(signal, handle);
  return {
    drain: drain.signal,
    hurry: hurry.signal,
    terminated: terminated.signal,
    force: force.signal,
    dispose: () => {
      clearTimeout(untilForce);
      for (const signal of stopSignals) process.off(signal, handle);
    },
  };
}
