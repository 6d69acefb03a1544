/** How many consumers a Redis has room for: it lowers its own limit of clients to what the limit of open files permits. */
import { maxClients } from './render-server-config.ts';

/** Redis's own default: more than most campaigns have consumers for. */
const enoughClients = 10_000;

/** A sentence when the limit of open files makes Redis take fewer clients than it is set to; else undefined. */
export function describeFewClients(taken: number): string | undefined {
  if (taken === 0 || taken >= enoughClients) return undefined;
  const consumers = consumersWithin(taken);
  return `this Redis accepts ${taken} clients and not ${maxClients}, because the limit of open files is low. That is enough for about ${consumers} consumers; if you need more, raise ulimit -n and start it again.`;
}

/** Each has two connections; 24 are left for login nodes and pages. */
export const consumersWithin = (clients: number): number => Math.max(0, Math.floor((clients - 24) / 2));
