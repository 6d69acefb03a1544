import { expect, it } from 'vitest';
import { renderRate } from '../../board/pages/overview/campaign-counts.ts';
import { renderOverviewParts } from '../../board/pages/overview/overview-parts.ts';
import { createRecordsReader } from '../../board/reading/read-records.ts';
import type { QueueView } from '../../board/reading/read-queue.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { recordBatch } from '../../workflow/attempts/batches.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { keepNames } from '../../workflow/names/keep-names.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { noteLeftOut } from '../../workflow/steering/left-out.ts';
import { aWorkflow } from '../workflow/sample-workflow.ts';

const now = new Date().toISOString();
const consumer: KnownConsumer = {
  id: 'n1:1:0',
  node: 'n1',
  allocationId: null,
  pid: 1,
  slots: 1,
  busy: 1,
  state: 'running',
  reason: null,
  why: null,
  startedAt: now,
  seenAt: now,
  endsAt: null,
  jobs: [{ jobId: 'c2-a1', formula: 'UO2', slot: 0, startedAt: now, progress: null }],
  drainRequestedAt: null,
  reads: 1,
};
const queue: QueueView = {
  waiting: 1,
  active: 1,
  delayed: 1,
  unsettled: 2,
  putOff: [{ recordId: 3, until: now, why: 'disk full' }],
  consumers: [consumer],
  unreadable: 0,
  redis: {
    server: 'redis 7',
    uptimeSeconds: 60,
    usedBytes: 1,
    limitBytes: null,
    clients: 1,
    keeps: 'nothing on disk',
    warnings: [],
  },
};

it('the overview names records, says running apart, and names what is left out and put off', async () => {
  const workflow = aWorkflow(10);
  keepNames(workflow, [{ recordId: 2, name: 'UCl4-7', key: null, source: null }]);
  claimJobs(workflow, { ids: [1, 2, 3, 4, 5, 6], batchId: recordBatch(workflow, {}) });
  noteLeftOut(workflow, 'oact serve', [{ cause: 'size', records: 4, examples: [7, 8], reason: 'large' }]);
  const read = createRecordsReader({
    title: 'c',
    campaignId: workflow.campaignId,
    lane: 'default',
    jobRoot: '/c/jobs',
    maxFailCount: null,
    workflow,
    broker: null,
  });
  const { html } = await renderOverviewParts(read(), queue, (ids) => loadNames(workflow, ids));
  expect(html['nodes']).toMatch(/#2 UCl4-7/);
  const tiles = [...(html['counts'] ?? '').matchAll(/<strong>(\S+)<\/strong> <span>([^<]+)</g)];
  expect(tiles.map(([, count, name]) => `${count} ${name}`)).toEqual([
    '4 to run',
    '1 queued',
    '1 running',
    '1 put off',
    '2 to settle',
    '1 elsewhere',
    '0 completed',
    '0 failed',
    '0 timeout',
    '10 records',
  ]);
  expect(html['notices']).toMatch(/Left out: 4 are outside --min-atoms and --max-atoms: 7, 8, …/);
  expect(html['queue']).toMatch(/Put off: <a href="\/jobs\/3">#3<\/a>, disk full, until/);
  const away = await renderOverviewParts(read(), { error: 'away' }, () => new Map());
  expect(away.html['counts']).toMatch(/<strong>6<\/strong> <span>claimed<.*the queue cannot be asked/s);
});

it('the time left comes with its band where run times were learned', async () => {
  const rate = { finished: 9, seconds: 3600, perHour: 9, remaining: 4, capped: 0, etaSeconds: 1600 };
  expect(String(await renderRate(rate, null))).toMatch(/Time left<\/dt>\s*<dd>\s*about 26m40s/);
  const forecast = {
    notedAt: now,
    endAt: '2030-01-01T02:00:00.000Z',
    earlyAt: '2030-01-01T01:00:00.000Z',
    lateAt: '2030-01-01T05:00:00.000Z',
    slots: 8,
    runs: 120,
    medianFactor: 1.2,
    p90Factor: 2,
  };
  const page = String(await renderRate({ ...rate, forecast }, null));
  expect(page).toMatch(
    /about <time datetime="2030-01-01T02:00.*<small>\(<time datetime="2030-01-01T01:00.*<time datetime="2030-01-01T05:00/s,
  );
  expect(page).toContain('run times of 120 runs, on 8 slots');
});
