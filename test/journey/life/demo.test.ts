import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { runOact } from '../../support/run-oact.ts';

let home: CampaignDir;
beforeAll(() => {
  home = makeCampaignDir();
});
afterAll(() => home.remove());

it('the demo ends within a minute with the table of results, one failure and one time-out', async () => {
  const { code, stdout, stderr } = await runOact(['demo', join(home.dir, 'demo')]);
  expect(stderr).toMatch(/slots × \d cores/);
  expect(code).toBe(0);
  expect(stdout).toContain('22 completed, 1 failed, 1 timed out');
  expect(stdout).toMatch(/8\s+UO7H10\s+failed.*SCF NOT CONVERGED/);
  expect(stdout).toMatch(/16\s+NpN4O12\s+timeout.*exceeded 6s/);
  expect(stdout).toMatch(/6\s+UO2\s+completed\s+-\d+\.\d{6}\s+\d+\s+\d+\.\ds\s+\d/);
  expect(stdout).toContain(join(home.dir, 'demo'));
}, 60_000);
