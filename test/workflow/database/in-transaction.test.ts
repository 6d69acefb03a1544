import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inTransaction } from '../../../workflow/database/in-transaction.ts';
import { catchError } from '../expect-error.ts';
import { aWorkflow } from '../sample-workflow.ts';

const setStatus = "update structures set status = 'completed'";

it('commits, and gives back what the change returned', () => {
  const workflow = aWorkflow(1);
  expect(inTransaction(workflow, () => workflow.db.prepare(setStatus).run().changes)).toBe(1);
});

it('changes nothing when the file is not at its path before the change', () => {
  const workflow = aWorkflow(1);
  renameSync(workflow.path, `${workflow.path}.elsewhere`);
  let ran = false;
  expect(catchError(() => inTransaction(workflow, () => (ran = true))).code).toBe('DATABASE_REPLACED');
  expect(ran).toBe(false);
});

it('says so when the file was moved away during the change: the commit is in a file that nobody finds', () => {
  const workflow = aWorkflow(1);
  const move = (): void => {
    workflow.db.prepare(setStatus).run();
    renameSync(workflow.path, `${workflow.path}.elsewhere`);
  };
  expect(catchError(() => inTransaction(workflow, move)).code).toBe('DATABASE_REPLACED');
});

it('changes nothing when the database of another campaign was copied over it', () => {
  const workflow = aWorkflow(1);
  workflow.db.prepare("update oact_meta set value = 'another' where key = 'campaign_id'").run();
  const change = () => workflow.db.exec(setStatus);
  expect(catchError(() => inTransaction(workflow, change)).code).toBe('DATABASE_REPLACED');
  expect(workflow.db.prepare('select status from structures').pluck().get()).toBe('to_run');
});
