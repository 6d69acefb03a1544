import { describe, expect, it, onTestFinished } from 'vitest';
import { adoptAttempts } from '../../../workflow/attempts/adopt-attempts.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { releaseAttempts } from '../../../workflow/attempts/release-attempts.ts';
import { requeueRecords } from '../../../workflow/attempts/requeue-records.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { closeOverruled, listOverruled } from '../../../workflow/other-tools/overruled-attempts.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import { countEndings } from '../../../workflow/reports/count-endings.ts';
import { countFinished } from '../../../workflow/reports/count-finished.ts';
import { listCoreHours } from '../../../workflow/reports/list-core-hours.ts';
import { listNodeHealth } from '../../../workflow/reports/list-node-health.ts';
import { sumCoreHours } from '../../../workflow/reports/sum-core-hours.ts';
import { migrations } from '../../../workflow/schema/migrations.ts';
import { createSeededRandom } from '../../../tools/chaos/blows/seeded-random.ts';
import { recountTotals, totalsMigration } from '../../../workflow/schema/totals-schema.ts';
import { cancelWaiting } from '../../../workflow/steering/request-cancel.ts';
import { aWorkflow } from '../sample-workflow.ts';
import { completed, failedOf, settleOne, timedOut } from '../settled-campaign.ts';

function expectTrueTotals({ db }: Workflow): void {
  const { totals, pace } = recountTotals();
  const counted = db.prepare(`select * from (${totals}) order by day, node, outcome, class`).all();
  expect(db.prepare('select * from oact_totals').all()).toEqual(counted);
  expect(db.prepare('select * from oact_pace').all()).toEqual(
    db.prepare(`select * from (${pace}) order by piece, outcome`).all(),
  );
}

const records = 12;
const outcomes = [completed, timedOut, failedOf('oom_killed'), failedOf('scf_not_converged')];

/** What can happen to a record, each by the verb that does it. */
function happen(workflow: Workflow, random: (below: number) => number): string {
  const recordId = 1 + random(records);
  const { db } = workflow;
  const row = db
    .prepare<[number], { attempt: number; jobId: string; isOpen: number }>(
      `select attempt, job_id as jobId, settled_at is null as isOpen from oact_attempts where record_id = ? order by attempt desc limit 1`,
    )
    .get(recordId) ?? { attempt: 0, jobId: '', isOpen: 0 };
  const outcome = outcomes[random(outcomes.length)] ?? completed;
  const finishedAt = new Date(Date.UTC(2026, 10, 1 + random(3), random(24), random(60))).toISOString();
  const status =
    db.prepare<[number], 'failed'>('select status from structures where id = ?').pluck().get(recordId) ??
    'failed';
  const lost = { recordId, attempt: row.attempt, outcome, result: null };
  const deeds: Record<string, () => unknown> = {
    settle: () =>
      settleOne(workflow, recordId, outcome, {
        node: `n${random(3)}`,
        finishedAt,
        seconds: random(1000) / 7,
        cores: Array.from({ length: random(5) }, (_, index) => index),
        counts: { starts: 1, lost: random(2), handedBack: random(3), faults: random(2) },
      }),
    lose: () => settleJobs(workflow, [lost]),
    claim: () => claimJobs(workflow, { ids: [recordId], batchId: 1 }),
    requeue: () => requeueRecords(workflow, [{ id: recordId, status }], { resetFailCount: true }),
    cancel: () => cancelWaiting(workflow, [recordId], 'a test'),
    release: () => releaseAttempts(workflow, [{ ...row, recordId, batchId: 1, jobDir: null }]),
    adopt: () =>
      adoptAttempts(workflow, [
        { ...lost, attempt: row.attempt + 1, status, jobDir: '/jobs/1', finishedAt, reason: 'found' },
      ]),
    overrule: () => {
      db.prepare(`update structures set status = 'to_run' where id = ?`).run(recordId);
      closeOverruled(workflow, listOverruled(workflow));
    },
    import: () =>
      insertStructures(workflow, [
        {
          fingerprint: `f${random(1e9)}`,
          origIndex: null,
          symbols: ['U'],
          charge: 0,
          multiplicity: 5,
          geometry: 'U 0 0 0',
          extra: {},
        },
      ]),
    forget: () =>
      db.prepare('delete from oact_attempts where record_id = ? and attempt = ?').run(recordId, row.attempt),
    'correct by hand': () =>
      db
        .prepare(
          'update oact_attempts set node = ?, finished_at = ?, elapsed_seconds = ? where record_id = ?',
        )
        .run(`n${random(3)}`, finishedAt, random(99) / 3, recordId),
  };
  const names = Object.keys(deeds);
  const name = names[random(names.length)] ?? 'settle';
  deeds[name]?.();
  return `${name} ${recordId}`;
}

const read = (one: Workflow): unknown => [countEndings(one), sumCoreHours(one), listNodeHealth(one)];

describe('totals', () => {
  it.each([1, 2, 3, 4])('equal a recount after any sequence of verbs (seed %i)', (seed) => {
    const workflow = aWorkflow(records);
    const seeded = createSeededRandom(seed);
    const random = (below: number): number => Math.floor(seeded.between(0, below));
    const done: string[] = [];
    for (let step = 0; step < 150; step += 1) {
      done.push(happen(workflow, random));
      if (step % 5 === 0) expectTrueTotals(workflow);
    }
    expectTrueTotals(workflow);
    expect(new Set(done.map((deed) => deed.split(' ')[0])).size).toBeGreaterThan(8);
    expect(countEndings(workflow).length).toBeGreaterThan(0);
  });

  it('of a database of an older version are counted by its migration, and at each look by who may only read', () => {
    const workflow = aWorkflow(4);
    settleOne(workflow, 1, completed, { node: 'a', seconds: 100 });
    settleOne(workflow, 2, failedOf('oom_killed'), { node: 'b' });
    settleOne(workflow, 3, timedOut, { node: 'b', counts: { starts: 2, lost: 1, handedBack: 3, faults: 0 } });
    const expected = read(workflow);
    const since = migrations.indexOf(totalsMigration);
    const made = migrations
      .slice(since)
      .join('')
      .matchAll(/create (?:unique )?(table|index|trigger) (\w+)/g);
    for (const [, kind, name] of [...made].toReversed()) workflow.db.exec(`drop ${kind} if exists ${name}`);
    workflow.db.exec(`update oact_meta set value = '${since}' where key = 'schema_version'`);
    const open = (readOnly: boolean): Workflow => {
      const other = openWorkflow(workflow.path, { readOnly });
      onTestFinished(other.close);
      return other;
    };
    expect(read(open(true))).toEqual(expected);
    expect(read(open(false))).toEqual(expected);
    expectTrueTotals(open(true));
  });
});

describe('the charts', () => {
  it('are the same from the totals as from the attempts', () => {
    const workflow = aWorkflow(6);
    const to = new Date('2026-11-22T12:00:00.000Z');
    const ends = [
      '11:59:59.900',
      '11:55:00.000',
      '11:54:59.999',
      '11:00:00.000',
      '10:00:00.000',
      '09:59:59.999',
    ];
    for (const [index, end] of ends.entries())
      settleOne(workflow, index + 1, index % 2 === 0 ? completed : timedOut, {
        finishedAt: `2026-11-22T${end}Z`,
        seconds: 1800,
      });
    const hours = { to, count: 2, seconds: 3600 };
    expect(countFinished(workflow, hours)).toMatchObject([
      { completed: 1, timedOut: 0 },
      { completed: 2, timedOut: 2 },
    ]);
    expect(listCoreHours(workflow, hours)).toEqual([
      { from: '2026-11-22T10:00:00.000Z', used: 1, wasted: 0 },
      { from: '2026-11-22T11:00:00.000Z', used: 2, wasted: 2 },
    ]);
    // Not in pieces of 300 s: read from the attempts.
    const minutes = { to, count: 10, seconds: 60 };
    expect(listCoreHours(workflow, minutes).map(({ used, wasted }) => used + wasted)).toEqual([
      0, 0, 0, 0, 1, 1, 0, 0, 0, 1,
    ]);
    expect(listCoreHours(workflow, { to, count: 2, seconds: 300 })).toMatchObject([
      { used: 1, wasted: 0 },
      { used: 1, wasted: 1 },
    ]);
  });
});
