/**
 * The makespan when each slot that becomes free takes the next job in the given order at once.
 * @param seconds what the jobs take, in their order
 */
export function listSchedule(seconds: readonly number[], slotCount: number): number {
  const freeAt = Array.from({ length: slotCount }, () => 0);
  for (const duration of seconds) {
    const slot = freeAt.indexOf(Math.min(...freeAt));
    freeAt[slot] = (freeAt[slot] ?? 0) + duration;
  }
  return Math.max(...freeAt);
}

/** Log-normal durations in seconds, as run times of real jobs are spread; the same ones in every run. */
export function drawDurations(count: number, medianSeconds: number, sigma: number): number[] {
  const draw = createUniform(20_261_122);
  return Array.from({ length: count }, () => {
    // Box–Muller: two uniform numbers make a normal one.
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return Number((medianSeconds * Math.exp(sigma * normal)).toFixed(3));
  });
}

/** Numbers from 0 to 1 that a seed fixes (the generator of Park and Miller). */
function createUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
