import { OactError } from '../../core/errors.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { findByName } from '../../workflow/names/find-by-name.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { nameIds } from './name-ids.ts';

/**
 * The id of the record that a user names by id or by name; an id goes first.
 * @throws OactError RECORD_NOT_FOUND; USAGE when several records have the name
 */
export function resolveRecord(workflow: Workflow, text: string): number {
  const wanted = text.trim();
  const id = /^#?\d{1,15}$/.test(wanted) ? Number(wanted.replace('#', '')) : undefined;
  if (id !== undefined && showRecord(workflow, id) !== undefined) return id;
  const named = findByName(workflow, wanted);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  if (named.length > 1) {
    throw new OactError('USAGE', `${named.length} records have the name '${wanted}': ${nameIds(named)}`, {
      hint: 'Give the id of one of them.',
    });
  }
  throw new OactError(
    'RECORD_NOT_FOUND',
    `${workflow.path} has no record with the id or name ${id ?? `'${wanted}'`}`,
    {
      hint:
        'Give the id (column id, not orig_index) or the name. oact job list --name finds records by part of the name, ' +
        '--orig-index by the position in the source.',
    },
  );
}
