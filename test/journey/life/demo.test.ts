import { readFileSync } from 'node:fs';
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
  const end = stdout.slice(stdout.indexOf('See it in a browser'));
  const dir = join(home.dir, 'demo');
  const token = readFileSync(join(dir, '.oact', 'board.token'), 'utf8').trim();
  expect(end).toContain(` board -C ${dir}\n`);
  expect(end).toContain(`the token to log in is ${token}`);
  expect(end).toMatch(/^Why record 8 .*failed:\n {2}[^\n]*SCF/m);
  expect(end.match(/^ {2}\S.* (?:init|doctor|run) /gm)).toHaveLength(3);
  // What it says can be done as it stands.
  const [line = ''] =
    /^ {2}(?:oact|npx oact|node \S+) (job explain .*)$/m.exec(end.replace('More: ', ''))?.slice(1) ?? [];
  expect((await runOact(line.split(' '))).stdout).toContain('Record 8');
}, 120_000);
