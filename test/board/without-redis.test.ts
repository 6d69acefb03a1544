import { expect, it, onTestFinished } from 'vitest';
import { boardChemistry } from '../../cli/board/run-board.ts';
import { startBoard } from '../../board/server/start-board.ts';
import { createLogger } from '../../core/logger.ts';
import { aWorkflow } from '../workflow/sample-workflow.ts';

it('a board without Redis says so where the queue would be, and keeps its other pages and the way to them', async () => {
  const workflow = aWorkflow(3);
  const board = await startBoard({
    source: {
      title: 'c',
      campaignId: workflow.campaignId,
      lane: 'default',
      jobRoot: '/nowhere',
      maxFailCount: null,
      workflow,
      broker: null,
    },
    actions: {},
    chemistry: boardChemistry,
    token: 't',
    log: createLogger({ level: 'silent' }),
    port: 0,
  });
  onTestFinished(() => board.stop());
  const headers = { Authorization: 'Bearer t' };
  for (const path of ['queue', 'queue/queue/default']) {
    const response = await fetch(`${board.url}${path}`, { headers });
    expect(response.status).toBe(503);
    const page = await response.text();
    expect(page).toContain('start one with oact redis start');
    expect(page).toMatch(/<nav aria-label="Pages">.*href="\/jobs".*href="\/queue" aria-current="page"/s);
  }
  for (const path of ['', 'jobs', 'jobs/1'])
    expect((await fetch(`${board.url}${path}`, { headers })).status).toBe(200);
});
