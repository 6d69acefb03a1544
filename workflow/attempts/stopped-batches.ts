import type { StoppedBatch } from '../../core/job/stopped-batch.ts';
import { ownColumns } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

type BatchRow = StoppedBatch & { stoppedAt: string | null };

const columns = {
  batchId: 'id',
  endings: 'endings',
  error: 'same_error',
  stoppedAt: 'stopped_at',
} as const;

/** The batches that were stopped and that no other one has followed: what a person must be told. Newest first. */
export function listStoppedBatches(workflow: Workflow): StoppedBatch[] {
  const select = workflow.db.prepare<[], BatchRow>(
    `select ${ownColumns(workflow, 'oact_batches', columns)} from oact_batches order by id desc`,
  );
  const stopped: StoppedBatch[] = [];
  withRetry(workflow, () => {
    stopped.length = 0;
    for (const { stoppedAt, ...batch } of select.iterate()) {
      if (stoppedAt === null) break;
      stopped.push(batch);
    }
  });
  return stopped;
}

/** How a batch was stopped; undefined when it was not. */
export function findStoppedBatch(workflow: Workflow, batchId: number): StoppedBatch | undefined {
  const select = workflow.db.prepare<[number], StoppedBatch>(
    `select id as batchId, endings, same_error as error from oact_batches
     where id = ? and stopped_at is not null`,
  );
  return withRetry(workflow, () => select.get(batchId));
}
