/** What the process that sees to a campaign's Redis does about it: pure. */

export interface RedisSituation {
  /** This process holds the lease: no other one starts a server. */
  isHeld: boolean;
  state: 'none' | 'stopped' | 'unreachable' | 'running';
  /** `serve`: an `oact serve --with-redis` started it, and keeps nothing of it on a disk that others use. */
  keptBy: 'serve' | undefined;
  /** How often in a row it could not be reached by now. */
  vainLooks: number;
}

/** wait: another process will start one; refuse: a user started it, and two servers would share its file. */
export type RedisDecision = 'use' | 'start' | 'replace' | 'wait' | 'refuse';

/** A node under load misses one look. */
const patientLooks = 3;

/** Decides after each look. */
export function decideRedis({ isHeld, state, keptBy, vainLooks }: RedisSituation): RedisDecision {
  if (state === 'running') return 'use';
  if (!isHeld) return 'wait';
  if (state !== 'unreachable') return 'start';
  if (vainLooks < patientLooks) return 'wait';
  return keptBy === 'serve' ? 'replace' : 'refuse';
}
