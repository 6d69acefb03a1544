/** What a benchmark wants to reach: of value ÷ floor, or of the value itself where there is no floor. */
export type Target = { atLeast: number } | { atMost: number };

/** One line of the report. */
export interface Figure {
  what: string;
  unit: string;
  value: number;
  /** The same work without oact, done in the same run. */
  floor?: { what: string; value: number };
  /** Without one the figure is only told. */
  target?: Target;
}

/** What one benchmark found. */
export interface Measurement {
  figures: Figure[];
  /** Sizes, and where the time goes. */
  notes: string[];
}

/** How many times its floor a figure is; null without a floor. */
export function ratioOf({ value, floor }: Figure): number | null {
  return floor === undefined ? null : value / floor.value;
}

/** Null for a figure without a target. */
export function decideVerdict(figure: Figure): 'reached' | 'short' | null {
  const { target } = figure;
  if (target === undefined) return null;
  const judged = ratioOf(figure) ?? figure.value;
  const isReached = 'atLeast' in target ? judged >= target.atLeast : judged <= target.atMost;
  return isReached ? 'reached' : 'short';
}
