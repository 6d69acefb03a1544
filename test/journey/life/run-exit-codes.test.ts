import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

let home: CampaignDir;
let dir: string;
const env = { OACT_STANDIN_SECONDS: '0.05', OACT_ORCA_PATH: standInPath };
const run = (...flags: string[]): string[] => [
  'run',
  '-C',
  dir,
  '--slots',
  '2',
  '--cores-per-slot',
  '1',
  '--no-retry',
  ...flags,
];

beforeAll(async () => {
  home = makeCampaignDir();
  dir = join(home.dir, 'campaign');
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
}, 60_000);
afterAll(() => home.remove());

it('0: all that was selected completed; bar and counts are of this run', async () => {
  const { code, stdout, stderr } = await runOact(run('--ids', '1-2'), { env });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('2/2 · 2 completed') });
  expect(stdout).toContain('2 completed, 0 failed, 0 timed out');
  expect(stdout).toContain('22 other records wait: this run did not select them');
  expect(stdout).toContain('next: oact export -o results.csv');
}, 60_000);

it('3: nothing to do, and why', async () => {
  const db = new Database(join(dir, 'workflow.db'));
  db.prepare('update structures set fail_count = 9 where id = 3').run();
  db.close();
  const { code, stdout } = await runOact(run('--ids', '1-3', '--max-fail-count', '3'), { env });
  expect(code).toBe(3);
  expect(stdout).toContain('nothing to do');
  expect(stdout).toContain('left out: 1 failed as often as job.maxFailCount allows: 3 (Th_4_Cl4).');
  const status = await oactSucceeds(['status', '-C', dir, '--json']);
  expect(JSON.parse(status.stdout).leftOut).toMatchObject({
    notedBy: 'oact run',
    leftOut: [{ cause: 'fail_cap', records: 1, examples: [3] }],
  });
  expect((await oactSucceeds(['status', '-C', dir])).stdout).toMatch(/^left out {2}1 failed as often as/m);
}, 60_000);

it('4: records failed; what to look at first and what to type next', async () => {
  const failing = { ...env, OACT_STANDIN_FAIL: 'scf_not_converged' };
  const { code, stdout } = await runOact(run('--ids', '4-5'), { env: failing });
  expect(code).toBe(4);
  expect(stdout).toContain('0 completed, 2 failed, 0 timed out');
  expect(stdout).toContain('2 scf_not_converged: 4 (Pa_5_yl), 5 (Pa_5_yl_aq4), because');
  expect(stdout).toMatch(/look first at record 4 \(Pa_5_yl\), scf_not_converged: /);
  expect(stdout).toContain('next: oact job explain 4');
  const { stdout: json } = await runOact([...run('--ids', '1'), '--json'], { env });
  expect(JSON.parse(json)).toMatchObject({ exitCode: 3, completed: 0, endings: [], next: ['oact status'] });
}, 60_000);

it('75: stopped with work left', async () => {
  const slow = { ...env, OACT_STANDIN_SECONDS: '30' };
  const stopped = startOact(run('--ids', '6-9', '--order', 'id', '--grace', '0'), { env: slow });
  await expect
    .poll(() => existsSync(join(dir, 'jobs', 'job_6', 'orca.out.live')), { timeout: 40_000 })
    .toBe(true);
  stopped.child.kill('SIGINT');
  const { code, stdout } = await stopped.ended;
  expect(code).toBe(75);
  expect(stdout).toMatch(/stopped with work left: 4 claimed but not finished/);
  expect(stdout).toContain('next: oact run');
}, 90_000);
