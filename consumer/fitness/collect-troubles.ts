/** What is wrong with a consumer, by where it comes from: each source may change its own word without hiding another's. */
export type TroubleSource = 'node' | 'masks' | 'redis' | 'pinning';

/** @returns notes changes and hands on all troubles in one sentence, also at once for those known from the start */
export function collectTroubles(
  known: Partial<Record<TroubleSource, string | null>>,
  onWhy: (why: string | null) => void,
): (changes: Partial<Record<TroubleSource, string | null>>) => void {
  const troubles: Record<TroubleSource, string | null> = {
    node: null,
    masks: null,
    redis: null,
    pinning: null,
    ...known,
  };
  const note = (changes: Partial<typeof troubles>): void => {
    Object.assign(troubles, changes);
    onWhy(joinTroubles(Object.values(troubles)));
  };
  note({});
  return note;
}

export function joinTroubles(troubles: readonly (string | null)[]): string | null {
  return troubles.filter((why) => why !== null).join('; ') || null;
}
