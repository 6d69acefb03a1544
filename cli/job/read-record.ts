import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { type RecordView, showRecord } from '../../workflow/lookup/show-record.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';

/** A record that a user named. @throws OactError RECORD_NOT_FOUND */
export function readRecord(workflow: Workflow, id: number): RecordView {
  const record = showRecord(workflow, id);
  if (record) return record;
  throw new OactError('RECORD_NOT_FOUND', `there is no record ${id} in ${workflow.path}`, {
    hint: 'Give the column id, not orig_index. oact job list --orig-index finds the id.',
  });
}

/** Where the files of a record are; null: it has no directory yet. */
export function findJobDir(campaign: Campaign, record: RecordView): string | null {
  const find = createJobDirFinder(campaign.jobRoot, campaign.config.jobDirPattern);
  return find({ ...record, charge: record.charge ?? 0, multiplicity: record.multiplicity ?? 1 });
}
