/** Pieces of the charts in seconds: a campaign of an hour is not drawn as one bar, nor one of a month as a forest. */
const pieces = [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400, 604_800] as const;
const mostPieces = 30;
/** Fewer are no course. */
const leastPieces = 6;

/** A stretch of time in equal pieces. */
export interface Course {
  /** The last piece ends with it. */
  to: Date;
  count: number;
  seconds: number;
}

/** As fine as all of the campaign can be shown, and no longer than it: a chart begins with the first job that ended. */
export function chooseCourse(first: Date | null, until: Date): Course {
  const age = first === null ? 0 : Math.max(0, (until.getTime() - first.getTime()) / 1000);
  const seconds =
    pieces.find((piece) => age / piece <= mostPieces - 1) ?? pieces[pieces.length - 1] ?? 604_800;
  const to = new Date(Math.ceil((until.getTime() + 1) / (seconds * 1000)) * seconds * 1000);
  const needed = first === null ? 1 : Math.ceil((to.getTime() - first.getTime()) / (seconds * 1000));
  return { to, count: Math.min(mostPieces, Math.max(leastPieces, needed)), seconds };
}
