/** Jobs that all died alike. */
interface AlikeEndings {
  batchId: number;
  /** How many records died so. */
  endings: number;
  /** `class: ORCA's own words`, of the last one. */
  error: string;
  /** They were the first of the batch that ended, or the first on the node; else so many in a row. */
  isFirst: boolean;
}

/** A batch that was stopped, because its jobs died alike. */
export interface StoppedBatch extends AlikeEndings {
  /** On so many nodes; 0: nobody knows. */
  nodes: number;
}

/** A node that is stopped, because the jobs of a batch died alike there and nowhere else. */
export interface StoppedNode extends AlikeEndings {
  node: string;
}

const cures: Readonly<Record<string, string>> = {
  input_keyword: 'Correct the keywords of the recipe',
  input_syntax: 'Correct the blocks of the recipe',
  input_basis: 'Choose basis sets and ECPs that cover these elements',
};

const moreOften = 'batch.stopAfter sets how many such failures stop a batch.';

/** What happened, in one sentence. */
export function describeStop({ batchId, endings, error, isFirst, nodes }: StoppedBatch): string {
  const where = nodes > 1 ? ` on ${nodes} nodes` : '';
  const which = isFirst ? `its first ${endings} jobs all failed` : `${endings} of its jobs failed in a row`;
  return `batch ${batchId} was stopped: ${which}${where} with ${error}`;
}

/** What to do about it. */
export function describeCure({ error }: Pick<AlikeEndings, 'error'>): string {
  const resume = 'then enqueue again, or restart oact serve or run. Records that had not started still wait';
  const name = error.split(':')[0] ?? '';
  if (name.startsWith('input_')) {
    const cure = cures[name] ?? 'Correct charge, multiplicity or geometry of the records with oact set';
    return `${cure} (oact job input ID prints an input), ${resume}. ${moreOften}`;
  }
  const chosen = name === 'timed_out' ? '--status timeout' : `--class ${name}`;
  return `Look at one of them (oact job list ${chosen}, oact job explain ID) and correct the cause, ${resume}. Failed records run again after oact requeue ${chosen}. ${moreOften}`;
}

/** Why a node is stopped, in the words that its consumers end with. */
export function describeNodeStop({ node, batchId, endings, error, isFirst }: StoppedNode): string {
  const which = isFirst ? `the first ${endings} jobs` : `${endings} jobs in a row`;
  return `${which} of batch ${batchId} failed on ${node} with ${error}, and on no other node`;
}
