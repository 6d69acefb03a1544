/** A node whose cores are cut as jobs come, as text: one sign per core, one group per L3 cache. */
import type { KnownConsumer } from './consumer-registry.ts';

/** A job's sign by its slot number; more jobs than signs begin anew. */
const jobSigns = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const freeSign = '.';

/** `['00001111', '2222....']`; null: the node has fixed slots. */
export function drawCores({ packing, jobs }: Pick<KnownConsumer, 'packing' | 'jobs'>): string[] | null {
  if (packing === undefined) return null;
  const signOf = new Map<number, string>();
  for (const { slot, cpus } of jobs)
    for (const cpu of cpus ?? []) signOf.set(cpu, jobSigns[slot % jobSigns.length] ?? freeSign);
  return packing.caches.map((cpus) => cpus.map((cpu) => signOf.get(cpu) ?? freeSign).join(''));
}

/** How many of its cores run jobs; null: the node has fixed slots. */
export function countCores({
  packing,
  jobs,
}: Pick<KnownConsumer, 'packing' | 'jobs'>): { busy: number; all: number } | null {
  if (packing === undefined) return null;
  const busy = new Set(jobs.flatMap(({ cpus }) => cpus ?? []));
  return { busy: busy.size, all: packing.caches.flat().length };
}

/** `3/8` slots, or `24/64 cores`. */
export function describeUse(consumer: Pick<KnownConsumer, 'packing' | 'jobs' | 'busy' | 'slots'>): string {
  const cores = countCores(consumer);
  return cores === null ? `${consumer.busy}/${consumer.slots}` : `${cores.busy}/${cores.all} cores`;
}
