// The last look at a calculation before it becomes an ORCA input: on the node, where nothing from the queue is trusted.
import type { Calculation } from '../../core/job/calculation.ts';
import { blockNameOf, findTextProblem } from '../recipe/check-block.ts';

/** Blocks that no producer writes, because the slot, the record or oact itself decides them. */
const neverWritten = new Set(['pal', 'maxcore', 'coords', 'base', 'compound', 'paras']);

/** What a calculation holds that its producer would have refused; undefined when nothing. */
export function findInputProblem({
  keywords,
  blocks,
  blocksAfterResources,
}: Calculation): string | undefined {
  for (const word of keywords) {
    if (!/^[^\s%!#$"[\]]+$/.test(word) || /[^\x21-\x7e]/.test(word))
      return `the word ${JSON.stringify(word)} is none`;
    if (/^pal\d+$/i.test(word)) return `the word ${word}: the slot decides how many ranks run`;
  }
  for (const block of [...blocks, ...blocksAfterResources]) {
    const name = blockNameOf(block);
    if (name === undefined) return `${JSON.stringify(block.slice(0, 40))} is no input block`;
    if (neverWritten.has(name)) return `a block %${name}, which no job holds`;
    const problem = findTextProblem(block);
    if (problem !== undefined) return `the block %${name} ${problem}`;
  }
  return undefined;
}
