import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardChemistry } from '../../cli/board/run-board.ts';
import { createLogger } from '../../core/logger.ts';
import { parseJobQuery } from '../../board/reading/parse-job-query.ts';
import { type Board, startBoard } from '../../board/server/start-board.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { countFinished } from '../../workflow/reports/count-finished.ts';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { listCoreHours } from '../../workflow/reports/list-core-hours.ts';
import { listEvents } from '../../workflow/reports/list-events.ts';
import { listFailures } from '../../workflow/reports/list-failures.ts';
import { measureRate } from '../../workflow/reports/measure-rate.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { searchJobs } from '../../workflow/lookup/search-jobs.ts';
import { sumCoreHours } from '../../workflow/reports/sum-core-hours.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';
import { aBoardWorld, type BoardWorld } from './a-board.ts';

const rows = 100_000;
/** What a page costs beside its SQL: the lock, the rendering of fifty rows, HTTP. */
const pageMs = 60;

/** Most records have an attempt that ended, within the last two days. */
function makeLarge(path: string): void {
  createWorkflow(path);
  const workflow = openWorkflow(path);
  workflow.db.exec(`
    with recursive n (id) as (select 1 union all select id + 1 from n where id < ${rows})
    insert into structures (id, orig_index, elements, natoms, status, charge, spin, geometry, error_message, fail_count)
    select id, id, iif(id % 3 = 0, 'U;O;O;F;F', 'Np;O;O;Cl;Cl;Cl'), iif(id % 3 = 0, 5, 6),
      case when id % 10 = 0 then 'to_run' when id % 7 = 0 then 'failed' else 'completed' end, 0, 1,
      printf('%.*c', 500, 'x'), iif(id % 7 = 0, 'scf_not_converged: SCF NOT CONVERGED AFTER 500 CYCLES', null), iif(id % 7 = 0, 1, 0) from n;
    insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at, settled_at, outcome, class, reason, node, slot, cores,
      started_at, finished_at, elapsed_seconds)
    select id, 1, 'c' || id || '-a1', 1, '2026-01-01T00:00:00.000Z', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -(id % 172800) || ' seconds'),
      iif(status = 'failed', 'failed', 'completed'), iif(status = 'failed', 'scf_not_converged', null), error_message,
      'n' || (id % 200), id % 8, '[0,1,2,3,4,5,6,7]', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -(id % 172800 + 600) || ' seconds'),
      strftime('%Y-%m-%dT%H:%M:%fZ', 'now', -(id % 172800) || ' seconds'), 600 from structures where status <> 'to_run';`);
  workflow.close();
}

const median = (times: number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function timeOf(run: () => unknown, times = 5, pauseMs = 0): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await delay(pauseMs);
    const startedMs = performance.now();
    await run();
    taken.push(performance.now() - startedMs);
  }
  return median(taken);
}

describe('100,000 records', () => {
  let campaign: CampaignDir;
  let workflow: Workflow;
  let writer: Workflow;
  let board: Board;
  const headers = { Authorization: 'Bearer t' };

  beforeAll(async () => {
    campaign = makeCampaignDir();
    const path = `${campaign.dir}/workflow.db`;
    makeLarge(path);
    writer = openWorkflow(path);
    workflow = openWorkflow(path, { readOnly: true });
    board = await startBoard({
      source: {
        title: 'large',
        campaignId: writer.campaignId,
        lane: 'default',
        jobRoot: campaign.dir,
        maxFailCount: 5,
        workflow,
        broker: null,
      },
      actions: {},
      chemistry: boardChemistry,
      token: 't',
      log: createLogger({ level: 'silent' }),
      port: 0,
    });
  }, 120_000);
  afterAll(async () => {
    await board?.stop();
    workflow?.close();
    writer?.close();
    campaign?.remove();
  });

  const fetchPage = async (path: string): Promise<void> => {
    const response = await fetch(new URL(path, board.url), { headers });
    await response.text();
    expect(response.status).toBe(200);
  };

  it(
    'the overview takes at most three times its SQL, also when everything has changed',
    { timeout: 120_000 },
    async () => {
      const now = new Date();
      const range = { to: now, count: 28, seconds: 21_600 };
      const bare = await timeOf(() => {
        countByStatus(workflow);
        measureRate(workflow, { now, maxFailCount: 5 });
        sumCoreHours(workflow);
        listFailures(workflow, { examples: 1 });
        listEvents(workflow, 12);
        countFinished(workflow, range);
        listCoreHours(workflow, range);
      });
      let touches = 0;
      const page = await timeOf(
        async () => {
          writer.db.prepare('update structures set fail_count = ? where id = 1').run((touches += 1));
          await fetchPage('/');
        },
        4,
        Math.max(1100, bare * 11),
      );
      const again = await timeOf(() => fetchPage('/'));
      process.stdout.write(
        `overview: SQL ${bare.toFixed(0)} ms, page ${page.toFixed(0)} ms, unchanged ${again.toFixed(0)} ms\n`,
      );
      expect(page).toBeLessThan(3 * bare + pageMs);
      expect(again).toBeLessThan(pageMs);
    },
  );

  it.each([
    'q=99999',
    'q=UO2F2',
    'q=Np',
    'q=not+converged',
    'status=failed&sort=ended&dir=desc',
    'class=scf_not_converged&page=100',
    'node=n17',
    'attempts=1&sort=energy',
    'page=2000',
  ])('a search takes at most three times its SQL: %s', { timeout: 120_000 }, async (search) => {
    const text = new URLSearchParams(search);
    const { filter, sort, page } = parseJobQuery((field) => text.get(field) ?? undefined);
    // The classes in the form come with the overview.
    await fetchPage('/');
    const bare = await timeOf(() =>
      searchJobs(workflow, { filter, sort, limit: 50, offset: 50 * (page - 1) }),
    );
    const took = await timeOf(() => fetchPage(`/jobs?${search}`));
    process.stdout.write(`${search}: SQL ${bare.toFixed(0)} ms, page ${took.toFixed(0)} ms\n`);
    expect(took).toBeLessThan(3 * bare + pageMs);
  });
});

describe('what open pages ask of Redis', () => {
  let world: BoardWorld;
  beforeAll(async () => {
    world = await aBoardWorld();
  });
  afterAll(() => world?.remove());

  const countCommands = async (): Promise<number> => {
    const text = await world.admin.info('commandstats');
    return [...text.matchAll(/^cmdstat_(?!info)\S+:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  };

  it('is less than 20 commands per second, for one page as for sixty', { timeout: 120_000 }, async () => {
    const board = await world.start();
    const headers = { Authorization: `Bearer ${world.token}` };
    const rates: number[] = [];
    for (const count of [1, 20]) {
      const stop = new AbortController();
      const streams = ['/live/overview', '/live/jobs', '/live/jobs/17']
        .slice(0, count === 1 ? 1 : 3)
        .flatMap((path) =>
          Array.from({ length: count }, () =>
            fetch(new URL(path, board.url), { headers, signal: stop.signal }),
          ),
        );
      const answers = await Promise.all(streams);
      const readers = answers.flatMap(({ body }) => (body ? [body.getReader()] : []));
      await Promise.all(readers.map((reader) => reader.read()));
      const [before, startedMs] = [await countCommands(), performance.now()];
      await delay(8000);
      rates.push(((await countCommands()) - before) / ((performance.now() - startedMs) / 1000));
      stop.abort();
      await Promise.allSettled(readers.map((reader) => reader.closed));
    }
    process.stdout.write(
      `commands per second: ${rates.map((rate) => rate.toFixed(1)).join(' for one page, ')} for sixty\n`,
    );
    for (const rate of rates) expect(rate).toBeLessThan(20);
    await board.stop();
    const before = await countCommands();
    await delay(3000);
    expect((await countCommands()) - before).toBe(0);
  });
});
