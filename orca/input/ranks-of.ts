import type { Remedy } from '../../core/job/remedy.ts';

/** MPI ranks on a slot of that many cores: all of them, or the part that a remedy leaves; at least one. */
export function ranksOf(cores: number, remedies: readonly Remedy[]): number {
  const shares = remedies.map((remedy) => (remedy.kind === 'fewer_ranks' ? remedy.share : 1));
  return Math.max(1, Math.floor(cores * Math.min(1, ...shares)));
}
