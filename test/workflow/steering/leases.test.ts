import { expect, it } from 'vitest';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { readLease, releaseLease, takeOrRenewLease } from '../../../workflow/steering/leases.ts';
import { aRawDatabase, aWorkflow } from '../sample-workflow.ts';
import { migrations } from '../../../workflow/schema/migrations.ts';
import { renderStructuresTable } from '../../../workflow/schema/structures-schema.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 10, 30, 12, 0, second));
const wish = (holder: string, second: number) => ({ name: 'serve', holder, seconds: 20, now: at(second) });

it('lets one process hold a lease at a time, and the next one when it has run out', () => {
  const workflow = aWorkflow(0);
  expect(readLease(workflow, 'serve')).toBeNull();
  expect(takeOrRenewLease(workflow, wish('a', 0))).toMatchObject({ isHeld: true, pid: process.pid });
  expect(takeOrRenewLease(workflow, wish('b', 1))).toMatchObject({ isHeld: false, holder: 'a' });
  expect(takeOrRenewLease(workflow, wish('a', 15))).toMatchObject({
    isHeld: true,
    takenAt: at(0).toISOString(),
    renewedAt: at(15).toISOString(),
    until: at(35).toISOString(),
  });
  expect(takeOrRenewLease(workflow, wish('b', 34))).toMatchObject({ isHeld: false, holder: 'a' });
  expect(takeOrRenewLease(workflow, wish('b', 35))).toMatchObject({ isHeld: true, holder: 'b' });
  expect(takeOrRenewLease(workflow, wish('a', 36))).toMatchObject({ isHeld: false, holder: 'b' });
});

it('keeps the leases of different names apart', () => {
  const workflow = aWorkflow(0);
  takeOrRenewLease(workflow, wish('a', 0));
  expect(takeOrRenewLease(workflow, { ...wish('b', 0), name: 'other' }).isHeld).toBe(true);
});

it('gives back only the own lease, and remembers when its holder was alive', () => {
  const workflow = aWorkflow(0);
  takeOrRenewLease(workflow, wish('a', 0));
  releaseLease(workflow, { name: 'serve', holder: 'b', now: at(3) });
  expect(takeOrRenewLease(workflow, wish('b', 3)).isHeld).toBe(false);
  releaseLease(workflow, { name: 'serve', holder: 'a', now: at(4) });
  expect(readLease(workflow, 'serve')).toMatchObject({
    holder: 'a',
    renewedAt: at(4).toISOString(),
    until: at(4).toISOString(),
  });
  expect(takeOrRenewLease(workflow, wish('b', 4)).isHeld).toBe(true);
});

it('is read as never taken from a database that an older oact wrote last', () => {
  const without = migrations.findIndex((statements) => statements.includes('oact_leases'));
  const older = `${renderStructuresTable([])}; ${migrations.slice(0, without).join(';')};
    insert into oact_meta (key, value) values ('schema_version', '${without}'), ('campaign_id', '0123abcd')`;
  const workflow = openWorkflow(aRawDatabase(older), { readOnly: true });
  expect(readLease(workflow, 'serve')).toBeNull();
  workflow.close();
});
