/** A batch that was stopped, because its first jobs all died of one input error. */
export interface StoppedBatch {
  batchId: number;
  /** How many died of it. */
  endings: number;
  /** `class: ORCA's own words`. */
  error: string;
}

const cures: Readonly<Record<string, string>> = {
  input_keyword: 'Correct the words of the recipe',
  input_syntax: 'Correct the blocks of the recipe',
  input_basis: 'Choose basis sets and ECPs that cover these elements',
};

/** What happened, in one sentence. */
export function describeStop({ batchId, endings, error }: StoppedBatch): string {
  return `batch ${batchId} was stopped: its first ${endings} jobs all died of ${error}`;
}

/** What to do about it. */
export function describeCure({ error }: StoppedBatch): string {
  const cure =
    cures[error.split(':')[0] ?? ''] ??
    'Correct charge, multiplicity or geometry of the records with oact set';
  return `${cure} (oact job input ID prints an input), then enqueue again, or start oact serve or run again: records that had not started wait as before. batch.stopAfter sets how many jobs it takes.`;
}
