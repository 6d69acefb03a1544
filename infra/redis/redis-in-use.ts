import type { RedisAddress } from '../../core/redis/redis-address.ts';

/** A Redis that a command uses. */
export interface RedisInUse {
  address: RedisAddress;
  /** Ends the server if this process started it, else does nothing. May be called twice. */
  stop(): Promise<void>;
}
