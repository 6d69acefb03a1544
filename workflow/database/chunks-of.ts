/** Ids a statement takes at once: short statements let other writers in between. */
const chunkSize = 500;

/** Consecutive pieces of at most `size` items. */
export function chunksOf<T>(items: readonly T[], size = chunkSize): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
