/** Why a process was asked to stop; travels as `AbortSignal.reason`. */
export interface StopReason {
  signal: NodeJS.Signals;
}

export interface StopSignal {
  /** Aborted by the first SIGINT, SIGTERM or SIGUSR1: take no new work, end what runs. */
  drain: AbortSignal;
  /** Aborted by the second one: stop now. */
  force: AbortSignal;
  /** Stops listening; Node's default handling is back. */
  dispose(): void;
}

/** SIGUSR1 is what `--signal=B:USR1@300` of a batch script sends ahead of the walltime. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const;

/** Listens for stop signals: the first one drains, the second one forces. Once per process, by the command that runs. */
export function listenForStop(onSignal?: (reason: StopReason, forced: boolean) => void): StopSignal {
  const drain = new AbortController();
  const force = new AbortController();
  const handle = (signal: NodeJS.Signals): void => {
    const reason: StopReason = { signal };
    const forced = drain.signal.aborted;
    onSignal?.(reason, forced);
    if (forced) force.abort(reason);
    else drain.abort(reason);
  };
  for (const signal of stopSignals) process.on(signal, handle);
  return {
    drain: drain.signal,
    force: force.signal,
    dispose: () => {
      for (const signal of stopSignals) process.off(signal, handle);
    },
  };
}
