import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { programPath } from '../../consumer/programs.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { startTmux, type TmuxTerminal } from '../../support/machine/start-tmux.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { exampleCsv, oactSucceeds, type RunningOact, startOact } from '../../support/run-oact.ts';
import { useRedis } from '../../support/use-redis.ts';

const patience = { timeout: 60_000, interval: 200 };
const seen = (terminal: TmuxTerminal) => expect.poll(() => terminal.screen().join('\n'), patience);

/** Two records run on a real consumer until they are stopped; one has failed before. */
describe.skipIf(!hasPrograms('tmux'))('oact top on a terminal', () => {
  const redis = useRedis();
  let home: CampaignDir;
  let dir: string;
  let env: Record<string, string>;
  let consumer: RunningOact;

  const oact = (...args: string[]) => oactSucceeds([...args, '-C', dir], { env });
  const statusOf = async (id: number): Promise<string> =>
    JSON.parse((await oact('job', 'show', String(id), '--json')).stdout).status;
  const startTop = (columns: number, rows: number): TmuxTerminal => {
    const terminal = startTmux(
      [process.execPath, join(findPackageRoot(), 'bin', 'oact.js'), 'top', '--interval', '1s', '-C', dir],
      {
        columns,
        rows,
        env: { ...env, NO_COLOR: '1', LC_ALL: 'C.UTF-8' },
      },
    );
    onTestFinished(() => terminal.close());
    return terminal;
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: programPath('orca-waiting') };
    await oactSucceeds(
      ['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin', '--name-column', 'name'],
      { env },
    );
    // Cancelled before it could run: it counts as failed, and may be requeued.
    await oact('enqueue', '--ids', '1-3', '--order', 'id');
    await oact('cancel', '3', '--yes');
    consumer = startOact(
      ['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '10m'],
      { env: { ...env, SLURMD_NODENAME: 'n0042', SLURM_JOB_ID: '4711' } },
    );
  }, 180_000);
  afterAll(async () => {
    consumer.child.kill('SIGKILL');
    await consumer.ended;
    home.remove();
  });

  it('shows a node, follows a burst of keys, opens a job, and works at any size', async () => {
    // Both jobs run, and both have written something.
    await expect
      .poll(async () => JSON.parse((await oact('top', '--json')).stdout).consumers[0]?.jobs.length, patience)
      .toBe(2);
    const terminal = startTop(80, 24);
    await seen(terminal).toMatch(/^> *- n0042 +2\/2/m);
    expect(terminal.screen().at(-1)).toContain('q quit');
    // All in one piece, and one key of three bytes torn in two.
    terminal.type('jj\u001B[Ajk\u001B');
    terminal.type('[B\r');
    await seen(terminal).toMatch(/record +2[^]*end of the output[^]*started/);
    terminal.type('\u001B');
    await seen(terminal).toMatch(/^> +1 +2 /m);
    terminal.type('/Ac_3_F3\r');
    await seen(terminal).toMatch(/filter \/Ac_3_F3/);
    expect(terminal.screen().join('\n')).not.toMatch(/^ +1 +2 /m);
    terminal.resize(40, 8);
    await expect.poll(() => terminal.screen().length, patience).toBe(8);
    await seen(terminal).toMatch(/^oact top[^]*filter/);
    terminal.resize(132, 40);
    await expect.poll(() => terminal.screen().at(-1), patience).toContain('filter /Ac_3_F3');
    expect(terminal.screen()).toHaveLength(40);
    terminal.type('q');
    await expect.poll(() => terminal.isAlive(), patience).toBe(false);
    // The terminal is as it was: the screen of top is gone.
    expect(terminal.screen().join('\n')).not.toContain('n0042');
  }, 120_000);

  it('asks before it acts, and does what it asked for', async () => {
    const terminal = startTop(100, 30);
    await seen(terminal).toMatch(/^> *- n0042 +2\/2/m);
    terminal.type('jx');
    await seen(terminal).toContain('Run oact cancel 1 ? y: yes');
    terminal.type('n');
    await seen(terminal).toContain('Nothing was changed.');
    expect(await statusOf(1)).toBe('running');
    terminal.type('xy');
    await seen(terminal).toMatch(/oact cancel 1: Record 1 is running; its consumer stops it/);
    terminal.type('Gr');
    await seen(terminal).toMatch(/Run oact requeue \d+ \?/);
    terminal.type('y');
    await seen(terminal).toMatch(/oact requeue \d+: Record \d+ waits again/);
    terminal.type('gd');
    await seen(terminal).toContain('Run oact consumer drain n0042 ?');
    terminal.type('y');
    await seen(terminal).toMatch(/oact consumer drain n0042: it is notified/);
    expect((await consumer.ended).code).toBe(75);
    terminal.type('q');
    await expect.poll(() => terminal.isAlive(), patience).toBe(false);
  }, 180_000);
});
