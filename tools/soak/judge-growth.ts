/** What grew from the second quarter of a soak to its last: the first is warm-up. */
export interface Sample {
  /** Seconds since the soak began. */
  at: number;
  /** By name of the figure. */
  figures: Record<string, number>;
}

/** How much a figure may be more at the end than before: what a full garbage collection takes back does not count as growth. */
export interface Allowance {
  /** A share of it, and so much on top, in its own unit. */
  share: number;
  plus: number;
}

export interface Growth {
  name: string;
  before: number;
  after: number;
  isTooMuch: boolean;
}

/** Compares medians, so that a sample in a busy moment decides nothing. Figures of processes that came or went are left out. */
export function judgeGrowth(samples: readonly Sample[], allowanceOf: (name: string) => Allowance): Growth[] {
  const quarter = Math.floor(samples.length / 4);
  const early = samples.slice(quarter, 2 * quarter);
  const late = samples.slice(-quarter);
  if (quarter === 0) return [];
  return Object.keys(samples.at(-1)?.figures ?? {}).flatMap((name) => {
    const before = medianOf(early, name);
    const after = medianOf(late, name);
    if (before === undefined || after === undefined) return [];
    const { share, plus } = allowanceOf(name);
    return [{ name, before, after, isTooMuch: after > before * (1 + share) + plus }];
  });
}

function medianOf(samples: readonly Sample[], name: string): number | undefined {
  const values = samples.flatMap(({ figures }) => figures[name] ?? []);
  if (values.length < samples.length) return undefined;
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
