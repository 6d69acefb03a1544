import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

/** Starting takes some seconds where other tests run beside. */
const patient = { timeout: 60_000 };

describe('oact run', { timeout: 180_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  const env = { OACT_STANDIN_SECONDS: '0.4', OACT_ORCA_PATH: standInPath };
  const counts = async (): Promise<Record<string, number>> =>
    JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'])).stdout).database;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  });
  afterAll(() => home.remove());

  it('stops cleanly at Ctrl+C and says how to go on', async () => {
    const run = startOact(
      ['run', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--order', 'id', '--grace', '0'],
      { env },
    );
    // What stays: the output of a run goes with it, and may be missed on a busy machine.
    await expect.poll(() => existsSync(join(dir, 'jobs', 'job_3', 'attempt-1')), patient).toBe(true);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(75);
    expect(stdout).toContain("'oact run' resumes them");
    expect(existsSync(join(dir, '.oact', 'run.json'))).toBe(false);
    const after = await counts();
    expect(after['completed']).toBeGreaterThanOrEqual(1);
    expect(after['failed']).toBe(0);
  });

  it('refuses a second command that would not see its queue', async () => {
    const run = startOact(['run', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--batch-size', '1'], {
      env,
    });
    await expect.poll(() => existsSync(join(dir, '.oact', 'run.json')), patient).toBe(true);
    const second = await runOact(['run', '-C', dir, '--slots', '1', '--cores-per-slot', '1'], { env });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('already uses');
    run.child.kill('SIGINT');
    await run.ended;
  });

  it('goes on where it stopped, even after kill -9, and counts nothing twice', async () => {
    const killed = startOact(['run', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--order', 'id'], {
      env,
    });
    await expect.poll(() => killed.output().stderr, patient).toContain('slots');
    const before = (await counts())['completed'] ?? 0;
    await expect.poll(async () => (await counts())['completed'], patient).toBeGreaterThan(before);
    killed.child.kill('SIGKILL');
    await killed.ended;

    const { stdout } = await oactSucceeds(
      ['run', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--json'],
      { env },
    );
    expect(JSON.parse(stdout)).toMatchObject({ remaining: 0 });
    expect(await counts()).toMatchObject({ to_run: 0, running: 0, completed: 24, failed: 0, timeout: 0 });
    const result = JSON.parse(readFileSync(join(dir, 'jobs', 'job_24', 'attempt-1', 'result.json'), 'utf8'));
    expect(result).toMatchObject({ recordId: 24, attempt: 1 });
  });
});
