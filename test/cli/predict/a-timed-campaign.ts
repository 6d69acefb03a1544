/** A database whose records have ended with times of a known law: 2 s for ten carbons, the square of the size. */
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { recordBatch } from '../../../workflow/attempts/batches.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aBatch } from '../../consumer/a-payload.ts';
import { aResult, aStructure } from '../../workflow/sample-workflow.ts';

export const secondsOf = (carbons: number): number => 2 * (carbons / 10) ** 2;

/** Appends records of these sizes; they wait. @returns their ids */
export function addCarbons(workflow: Workflow, sizes: readonly number[]): number[] {
  const first =
    workflow.db.prepare<[], number>('select coalesce(max(id), 0) from structures').pluck().get() ?? 0;
  insertStructures(
    workflow,
    sizes.map((carbons, index) =>
      aStructure(first + index, {
        symbols: Array.from({ length: carbons }, () => 'C'),
        charge: 0,
        geometry: Array.from({ length: carbons }, (_, atom) => `C ${1.5 * atom} 0 0`).join('\n'),
      }),
    ),
  );
  return sizes.map((_, index) => first + 1 + index);
}

/** Records of these sizes that have completed, each a little off the law. */
export function endCarbons(workflow: Workflow, sizes: readonly number[], jobRoot = '/campaign/jobs'): void {
  const ids = addCarbons(workflow, sizes);
  const batchId = recordBatch(workflow, aBatch(jobRoot));
  const claims = claimJobs(workflow, { ids, batchId });
  const start = Date.parse('2026-11-22T10:00:00.000Z');
  settleJobs(
    workflow,
    claims.map(({ recordId, attempt }, index) => {
      const seconds = secondsOf(sizes[index] ?? 1) * (1 + 0.1 * Math.sin(index * 1.7));
      return {
        recordId,
        attempt,
        outcome: { kind: 'completed' },
        result: aResult(recordId, attempt, {
          startedAt: new Date(start).toISOString(),
          finishedAt: new Date(start + Math.round(1000 * seconds)).toISOString(),
        }),
      };
    }),
  );
}

/** Forty sizes from 4 to 43. */
export const fortySizes = Array.from({ length: 40 }, (_, index) => 4 + ((index * 17) % 40));
