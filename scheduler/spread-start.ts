/** So much for each node of the allocation: fewer connections than a server lets wait, and Redis answers them meanwhile. */
const perNodeMs = 5;
const longestMs = 3000;

/**
 * How long a consumer waits before it goes to Redis, so that a thousand nodes of one allocation do not come in the same
 * moment: nothing alone, up to 0.16 s among 32, up to 3 s among 600 and more.
 * @param draw from 0 to 1
 */
export function startDelayMs(nodeCount: number, draw: number): number {
  return nodeCount > 1 ? Math.min(nodeCount * perNodeMs, longestMs) * draw : 0;
}

/** The nodes of this allocation as its environment tells; 1 when it does not. */
export function countNodes(env: Record<string, string | undefined>): number {
  const count = Number(env['SLURM_JOB_NUM_NODES'] ?? env['FLUX_JOB_NNODES'] ?? 1);
  return Number.isInteger(count) && count > 0 ? count : 1;
}
