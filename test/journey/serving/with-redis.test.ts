import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import {
  exampleCsv,
  oactSucceeds,
  runOact,
  type RunningOact,
  standInPath,
  startOact,
} from '../../support/run-oact.ts';

const says = (one: RunningOact, text: string): Promise<void> =>
  expect.poll(() => one.output().stderr, { timeout: 60_000 }).toContain(text);

/** As in an allocation that holds everything, without a scheduler: each of these processes may be on another node. */
describe.skipIf(!hasPrograms('redis-server', 'openssl'))('oact serve --with-redis', () => {
  let home: CampaignDir;
  let dir: string;
  const running: RunningOact[] = [];
  const base = { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.2' };

  beforeEach(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  }, 60_000);
  afterEach(async () => {
    for (const { child } of running) if (child.exitCode === null) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map(({ ended }) => ended));
    await runOact(['redis', 'stop', '--force', '-C', dir]);
    home.remove();
  }, 60_000);

  const start = (args: string[], env: Record<string, string> = {}): RunningOact => {
    const started = startOact(['-C', dir, ...args], { env: { ...base, ...env } });
    running.push(started);
    return started;
  };
  const serve = (...flags: string[]): RunningOact =>
    start([
      'serve',
      '--with-redis',
      '--reserve-cores',
      '0',
      '--lease-seconds',
      '3',
      '--notice-seconds',
      '3',
      ...flags,
    ]);
  const consume = (...flags: string[]): RunningOact =>
    start(['consume', '--slots', '2', '--cores-per-slot', '1', '--give-up-after', '60s', ...flags]);
  const count = (where: string): number => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const found = db.prepare<[], number>(`select count(*) from ${where}`).pluck().get() ?? 0;
    db.close();
    return found;
  };
  const redisPid = (): number =>
    JSON.parse(readFileSync(join(dir, '.oact', 'redis', 'server.json'), 'utf8')).pid;
  const allRanOnce = (): void => {
    expect(count("structures where status = 'completed'")).toBe(24);
    expect(count("oact_attempts where outcome = 'completed' and attempt = 1")).toBe(24);
    expect(count('oact_attempts')).toBe(24);
  };

  it('a second one joins, and takes over when the first is gone with its Redis: consumers follow, nothing is lost', async () => {
    const first = serve();
    await says(first, '"serving"');
    const second = serve('--until-done');
    await says(second, '"serving"');
    expect(second.output().stderr).not.toContain('Redis was started');
    const consumer = consume();
    await expect
      .poll(() => count("structures where status = 'completed'"), { timeout: 60_000 })
      .toBeGreaterThan(2);
    first.child.kill('SIGKILL');
    process.kill(redisPid(), 'SIGKILL');
    await says(second, 'Redis was started empty: its queue is rebuilt from the database');
    // Done: the consumer is sent home, and the process ends by itself.
    expect((await second.ended).code).toBe(0);
    expect((await consumer.ended).code).toBe(75);
    allRanOnce();
    expect((await runOact(['redis', 'status', '-C', dir])).code).toBe(3);
  }, 240_000);

  it('one that ends in good order leaves its queue to the next, which ends at once when nothing is left to do', async () => {
    const first = serve('--until-done');
    await says(first, '"jobs enqueued"');
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(75);
    expect(first.output().stderr).toContain('left its queue to the next one');
    const second = serve('--until-done', '--board-port', '0');
    await says(second, 'with the queue that the last one handed over');
    await expect.poll(() => second.output().stdout, { timeout: 60_000 }).toContain('ssh ');
    const consumer = consume();
    expect((await second.ended).code).toBe(0);
    await consumer.ended;
    allRanOnce();
    const third = await runOact(['serve', '--with-redis', '--until-done', '-C', dir]);
    // Nobody is asked to come.
    expect(third).toMatchObject({ code: 0, stdout: '' });
  }, 240_000);

  it('a consumer whose Redis stays away gives up in time, and what it ran is run again', async () => {
    const first = serve();
    await says(first, '"serving"');
    const consumer = start(
      ['consume', '--slots', '1', '--cores-per-slot', '1', '--give-up-after', '3s', '--grace', '0'],
      { OACT_STANDIN_SECONDS: '600' },
    );
    await says(consumer, '"job started"');
    first.child.kill('SIGKILL');
    process.kill(redisPid(), 'SIGKILL');
    const { code, stderr } = await consumer.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('taken for gone');
    const second = serve('--until-done');
    const next = consume();
    expect((await second.ended).code).toBe(0);
    await next.ended;
    allRanOnce();
  }, 240_000);

  it('refuses where a Redis of oact redis start is away: only a person knows whether it still lives', async () => {
    await oactSucceeds(['redis', 'start', '-C', dir]);
    const pid = redisPid();
    process.kill(pid, 'SIGSTOP');
    try {
      const { code, stderr } = await serve().ended;
      expect(code).toBe(1);
      expect(stderr).toContain('is stopped by a signal');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }, 120_000);
});
