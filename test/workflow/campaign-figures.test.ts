import { describe, expect, it, onTestFinished } from 'vitest';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { countFinished } from '../../workflow/reports/count-finished.ts';
import { listEvents } from '../../workflow/reports/list-events.ts';
import { listFailures } from '../../workflow/reports/list-failures.ts';
import { listNodeHealth } from '../../workflow/reports/list-node-health.ts';
import { listSlowest } from '../../workflow/reports/list-slowest.ts';
import { measureRate } from '../../workflow/reports/measure-rate.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { recordBatch } from '../../workflow/attempts/batches.ts';
import { sumCoreHours } from '../../workflow/reports/sum-core-hours.ts';
import { aRawDatabase, aWorkflow, upstreamTable } from './sample-workflow.ts';
import { completed, failedOf, settleOne, timedOut } from './settled-campaign.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

describe('countFinished', () => {
  it('counts endings per hour, empty hours included', () => {
    const workflow = aWorkflow(5);
    settleOne(workflow, 1, completed, { finishedAt: before(60) });
    settleOne(workflow, 2, timedOut, { finishedAt: before(3599) });
    settleOne(workflow, 3, failedOf('oom_killed'), { finishedAt: before(3 * 3600 - 1) });
    settleOne(workflow, 4, completed, { finishedAt: before(3 * 3600 + 1) });
    claimJobs(workflow, { ids: [5], batchId: 1 });
    expect(countFinished(workflow, { to: now, count: 3 })).toEqual([
      { from: '2026-11-22T09:00:00.000Z', completed: 0, failed: 1, timedOut: 0 },
      { from: '2026-11-22T10:00:00.000Z', completed: 0, failed: 0, timedOut: 0 },
      { from: '2026-11-22T11:00:00.000Z', completed: 1, failed: 0, timedOut: 1 },
    ]);
    expect(countFinished(workflow, { to: now, count: 1, seconds: 120 })).toMatchObject([{ completed: 1 }]);
  });
});

describe('measureRate', () => {
  it('does not know when nothing came to an end', () => {
    const rate = measureRate(aWorkflow(3), { now, maxFailCount: null });
    expect(rate).toEqual({
      finished: 0,
      seconds: null,
      perHour: null,
      remaining: 3,
      capped: 0,
      etaSeconds: null,
    });
  });

  it('takes the last hour, and no more of it than the campaign has run', () => {
    const workflow = aWorkflow(40);
    for (let id = 1; id <= 20; id += 1)
      settleOne(workflow, id, completed, { finishedAt: before(60 * id), seconds: 600 });
    // The first run began 1,800 s ago.
    expect(measureRate(workflow, { now, maxFailCount: null })).toEqual({
      finished: 20,
      seconds: 1800,
      perHour: 40,
      remaining: 20,
      capped: 0,
      etaSeconds: 1800,
    });
  });

  it('looks further back when little came to an end', () => {
    const workflow = aWorkflow(10);
    settleOne(workflow, 1, completed, { finishedAt: before(1800), seconds: 86_400 });
    settleOne(workflow, 2, completed, { finishedAt: before(20 * 3600), seconds: 86_400 });
    expect(measureRate(workflow, { now, maxFailCount: null })).toMatchObject({
      finished: 2,
      seconds: 44 * 3600,
      remaining: 8,
    });
  });

  it('counts neither retried attempts as ends nor capped records as work', () => {
    const workflow = aWorkflow(4);
    settleOne(workflow, 1, failedOf('oom_killed'), { finishedAt: before(100) });
    settleOne(workflow, 1, failedOf('oom_killed'), { finishedAt: before(50) });
    workflow.db.exec(`update structures set status = 'to_run' where id = 1`);
    expect(measureRate(workflow, { now, maxFailCount: 2 })).toMatchObject({
      finished: 1,
      remaining: 3,
      capped: 1,
    });
    expect(measureRate(workflow, { now, maxFailCount: null })).toMatchObject({ remaining: 4, capped: 0 });
  });

  it('is done when nothing remains', () => {
    const workflow = aWorkflow(1);
    settleOne(workflow, 1, completed, { finishedAt: before(10) });
    expect(measureRate(workflow, { now, maxFailCount: null })).toMatchObject({ remaining: 0, etaSeconds: 0 });
  });
});

describe('sumCoreHours', () => {
  it('tells what was used and wasted, and of how many it is not known', () => {
    const workflow = aWorkflow(4);
    settleOne(workflow, 1, completed, { seconds: 3600, cores: [0, 1, 2, 3] });
    settleOne(workflow, 2, timedOut, { seconds: 1800, cores: [0, 1] });
    settleOne(workflow, 3, failedOf('oom_killed'), {
      seconds: 3600,
      cores: [0, 1, 2],
      counts: { starts: 3, lost: 1, handedBack: 1, faults: 2 },
    });
    settleOne(workflow, 4, failedOf('lost'), { withoutResult: true });
    expect(sumCoreHours(workflow)).toEqual({
      completed: { attempts: 1, coreHours: 4, unknown: 0 },
      failed: { attempts: 2, coreHours: 3, unknown: 1 },
      timedOut: { attempts: 1, coreHours: 1, unknown: 0 },
      savedByRestart: 0,
      interruptions: 1,
      losses: 1,
      faults: 2,
      wasted: 4,
      wastedShare: 0.5,
    });
  });
});

describe('what went wrong, and where', () => {
  it('groups failures by class, with the newest as examples', () => {
    const workflow = aWorkflow(6);
    for (const id of [1, 2, 3])
      settleOne(workflow, id, failedOf('oom_killed'), { finishedAt: before(id * 10) });
    settleOne(workflow, 4, timedOut);
    settleOne(workflow, 5, failedOf('oom_killed'));
    settleOne(workflow, 5, completed);
    workflow.db.exec(`update structures set status = 'failed', error_message = 'by hand' where id = 6`);
    expect(listFailures(workflow, { examples: 2 })).toEqual([
      {
        class: 'oom_killed',
        records: 3,
        examples: [
          { recordId: 1, reason: 'oom_killed, says ORCA', node: 'node7' },
          { recordId: 2, reason: 'oom_killed, says ORCA', node: 'node7' },
        ],
      },
      { class: null, records: 1, examples: [{ recordId: 6, reason: 'by hand', node: null }] },
      {
        class: 'timed_out',
        records: 1,
        examples: [{ recordId: 4, reason: 'the time limit of 20h is over', node: 'node7' }],
      },
    ]);
  });

  it('judges nodes by what ended there, the worst first', () => {
    const workflow = aWorkflow(5);
    settleOne(workflow, 1, completed, { node: 'good', seconds: 100 });
    settleOne(workflow, 2, completed, { node: 'good', seconds: 300, finishedAt: before(5) });
    settleOne(workflow, 3, failedOf('oom_killed'), {
      node: 'bad',
      counts: { starts: 1, lost: 0, handedBack: 0, faults: 3 },
    });
    settleOne(workflow, 4, failedOf('oom_killed'), { node: 'bad' });
    settleOne(workflow, 5, failedOf('lost'), { withoutResult: true });
    expect(listNodeHealth(workflow)).toMatchObject([
      {
        node: 'bad',
        completed: 0,
        failed: 2,
        timedOut: 0,
        faults: 3,
        meanSeconds: null,
        topClass: 'oom_killed',
        topClassCount: 2,
      },
      {
        node: 'good',
        completed: 2,
        failed: 0,
        meanSeconds: 200,
        lastEndedAt: before(5),
        topClass: null,
        topClassCount: 0,
      },
    ]);
  });

  it('names the slowest runs', () => {
    const workflow = aWorkflow(3);
    for (const id of [1, 2, 3]) settleOne(workflow, id, completed, { seconds: id * 100 });
    expect(listSlowest(workflow, 2)).toMatchObject([
      { recordId: 3, attempt: 1, formula: 'UO2', elapsedSeconds: 300, node: 'node7' },
      { recordId: 2, elapsedSeconds: 200 },
    ]);
  });

  it('tells the last events, newest first', () => {
    const workflow = aWorkflow(2);
    recordBatch(workflow, {});
    settleOne(workflow, 1, failedOf('oom_killed'), { finishedAt: '2099-01-01T00:00:00.000Z' });
    settleOne(workflow, 1, completed, { finishedAt: '2099-01-01T00:10:00.000Z' });
    workflow.db.exec(
      `update oact_batches set stopped_at = '2099-01-01T00:05:00.000Z', same_error = 'input_keyword: B3LIP'`,
    );
    expect(listEvents(workflow, 4)).toMatchObject([
      { kind: 'ended', recordId: 1, attempt: 2, outcome: 'completed', isRetried: false },
      { kind: 'batch stopped', batchId: 1, error: 'input_keyword: B3LIP' },
      { kind: 'ended', recordId: 1, attempt: 1, class: 'oom_killed', isRetried: true },
      { kind: 'batch', batchId: 1 },
    ]);
    expect(listEvents(workflow, 1)).toHaveLength(1);
  });

  it('reads a database that oact never wrote to', () => {
    const path = aRawDatabase(`${upstreamTable} insert into structures (status) values ('failed');`);
    const workflow = openWorkflow(path, { readOnly: true });
    onTestFinished(() => workflow.close());
    expect([
      listFailures(workflow),
      listNodeHealth(workflow),
      listSlowest(workflow),
      listEvents(workflow),
      measureRate(workflow, { now, maxFailCount: 3 }).remaining,
      sumCoreHours(workflow).wastedShare,
    ]).toEqual([
      [{ class: null, records: 1, examples: [{ recordId: 1, reason: null, node: null }] }],
      [],
      [],
      [],
      0,
      null,
    ]);
  });
});
