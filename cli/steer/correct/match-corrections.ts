// Which record each row of a table of corrections means: by id, by name, or by both, which must then agree.
import { OactError } from '../../../core/errors.ts';
import type { WantedValues } from '../../../producer/steering/plan-correction.ts';
import { refuseCorrections, type WantedCorrection } from '../../../producer/steering/read-corrections.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { findByName } from '../../../workflow/names/find-by-name.ts';
import { loadNames } from '../../../workflow/names/load-names.ts';
import { nameIds } from '../../job/name-ids.ts';
import { resolveRecord } from '../../job/resolve-record.ts';

/**
 * What shall be set, by record id.
 * @param path of the table, for messages
 * @throws OactError IMPORT_ROW_INVALID naming the lines whose record is unknown, unclear or meant twice
 */
export function matchCorrections(
  workflow: Workflow,
  rows: readonly WantedCorrection[],
  path: string,
): Map<number, WantedValues> {
  const wanted = new Map<number, WantedValues>();
  const lineOf = new Map<number, number>();
  const problems: string[] = [];
  for (const row of rows) {
    try {
      const id = recordOf(workflow, row);
      const before = lineOf.get(id);
      if (before !== undefined) throw unclear(`record ${id} is already in line ${before}`);
      lineOf.set(id, row.line);
      wanted.set(id, row);
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      problems.push(`${path}:${row.line}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw refuseCorrections(problems);
  return wanted;
}

/** @throws OactError when no record, or more than one, is meant */
function recordOf(workflow: Workflow, { id: idText, name }: WantedCorrection): number {
  if (name === null) return resolveId(workflow, idText ?? '');
  if (idText === null) return resolveName(workflow, name);
  const byId = resolveRecord(workflow, idText);
  const known = loadNames(workflow, [byId]).get(byId);
  if (known === undefined || known.toLowerCase() === name.toLowerCase()) return byId;
  throw unclear(`record ${byId} is called '${known}', not '${name}'`);
}

/** A number may be the id of one record and the name of another. */
function resolveId(workflow: Workflow, text: string): number {
  const id = resolveRecord(workflow, text);
  const other = findByName(workflow, text).find((named) => named !== id);
  if (other === undefined) return id;
  throw unclear(
    `'${text}' is the id of record ${id} and the name of record ${other}; add or use the column 'name'`,
  );
}

function resolveName(workflow: Workflow, name: string): number {
  const named = findByName(workflow, name);
  const [only] = named;
  if (only === undefined) throw unclear(`no record is called '${name}'`);
  if (named.length === 1) return only;
  throw unclear(`${named.length} records are called '${name}': ${nameIds(named)}; add the column 'id'`);
}

const unclear = (message: string): OactError => new OactError('IMPORT_ROW_INVALID', message);
