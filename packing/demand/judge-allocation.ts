/** What an allocation did for the campaign: whether its nodes ever worked, and what that means for the next submission. */

/** A consumer that belongs to it, as it announced itself. */
interface SeenConsumer {
  state: 'running' | 'draining' | 'ended' | 'silent';
  /** Why it ended: `idle`, `drained`, `walltime`, `faulty`, `no_redis`. */
  reason: string | null;
  why: string | null;
}

export interface AllocationLife {
  state: 'pending' | 'running' | 'ended';
  /** oact cancelled it, or a user did by oact. */
  isCancelled: boolean;
  startedAt: Date | null;
  /** A consumer of it was seen at some time. */
  hasAnnounced: boolean;
  consumers: readonly SeenConsumer[];
  /** Attempts that were settled on its nodes. */
  attempts: number;
  /** The scheduler's words on its end. */
  words: string | null;
}

/** `alive`: nothing to say yet; `good`: it worked, or ended without a fault; `dead`: its nodes are of no use; `silent`: dead, and still held. */
export type AllocationVerdict = { kind: 'alive' | 'good' } | { kind: 'dead' | 'silent'; why: string };

/** So many dead allocations in a row pause their entry. */
export const deathsThatPause = 3;

/** Pure. @param announceWithinSeconds how long after its start consumers may stay unheard */
export function judgeAllocation(
  life: AllocationLife,
  announceWithinSeconds: number,
  now: Date,
): AllocationVerdict {
  const { state, startedAt, hasAnnounced, consumers, attempts } = life;
  if (state === 'pending') return { kind: 'alive' };
  if (attempts > 0) return { kind: state === 'ended' ? 'good' : 'alive' };
  if (state === 'running') {
    if (hasAnnounced || startedAt === null) return { kind: 'alive' };
    const seconds = (now.getTime() - startedAt.getTime()) / 1000;
    if (seconds <= announceWithinSeconds) return { kind: 'alive' };
    return { kind: 'silent', why: 'it runs, but no consumer of it has announced itself' };
  }
  // Cancelled before it started, or whatever ended it before: nothing is known of its nodes.
  if (life.isCancelled || /cancel|preempt/i.test(life.words ?? '')) return { kind: 'good' };
  const said = life.words === null ? '' : ` (${life.words})`;
  if (!hasAnnounced) return { kind: 'dead', why: `it ended before any consumer announced itself${said}` };
  const broken = consumers.filter(({ reason }) => reason === 'faulty' || reason === 'no_redis');
  if (consumers.length > 0 && broken.length === consumers.length)
    return { kind: 'dead', why: broken[0]?.why ?? `its consumers ended as ${broken[0]?.reason ?? 'faulty'}` };
  return { kind: 'good' };
}
