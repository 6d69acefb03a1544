/** For how long a run has given no sign of life. */
export interface Silence {
  /** Since its output, or that of a child run, grew last. */
  silentMs: number;
  /** Since its processes used the CPU last. */
  idleMs: number;
  /** What they had used by then; undefined before the first measurement and where the system does not say. */
  cpuSeconds: number | undefined;
  isStalled: boolean;
}

/** One look at a run. */
export interface Look {
  /** Since the look before. */
  elapsedMs: number;
  hasGrown: boolean;
  /** CPU seconds used up to now; undefined when they were not measured this time. */
  cpuSeconds: number | undefined;
}

export const noSilence: Silence = { silentMs: 0, idleMs: 0, cpuSeconds: undefined, isStalled: false };

/** Processes that only wait wake up now and then: mpirun does, a few times per second. */
const idleShare = 0.01;
const idleSeconds = 0.05;

/**
 * A run stalls when for `stallMs` it has neither written anything nor used the CPU: a long module writes nothing, one that waits for a
 * slow disk may use little, a livelock uses all it can. Its age says nothing. Where CPU time cannot be measured, nothing stalls.
 */
export function judgeSilence(before: Silence, look: Look, stallMs: number): Silence {
  const silentMs = look.hasGrown ? 0 : before.silentMs + look.elapsedMs;
  const idleMs = before.idleMs + look.elapsedMs;
  if (look.cpuSeconds === undefined) {
    return { ...before, silentMs, idleMs, isStalled: before.isStalled && !look.hasGrown };
  }
  const used = look.cpuSeconds - (before.cpuSeconds ?? -Infinity);
  const isWorking = used >= Math.max(idleSeconds, (idleShare * idleMs) / 1000);
  if (isWorking) return { silentMs, idleMs: 0, cpuSeconds: look.cpuSeconds, isStalled: false };
  // A sum that fell is the new base: a process has ended that nobody waited for.
  const cpuSeconds = Math.min(look.cpuSeconds, before.cpuSeconds ?? Infinity);
  return { silentMs, idleMs, cpuSeconds, isStalled: silentMs >= stallMs && idleMs >= stallMs };
}
