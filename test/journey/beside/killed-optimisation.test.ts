import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../../core/redis/outage-log.ts';
import { loadCampaign } from '../../../core/config/load-config.ts';
import { startStallCheck } from '../../../reconciler/check-stalled.ts';
import { silentLog } from '../../producer/a-campaign.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { startTestRedis } from '../../support/redis.ts';
import { oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';

/** Bent and stretched: the stand-in needs eight cycles. */
const uranyl = '3\ncharge=2 multiplicity=1\nU 0 0 0\nO 0.4 0.3 2.1\nO 0 -0.2 -1.6\n';

it('a consumer that is killed in the middle of an optimisation costs the cycle it was in, not the ones before', async () => {
  const home = makeCampaignDir();
  const redis = await startTestRedis();
  const dir = join(home.dir, 'campaign');
  const env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: standInPath };
  onTestFinished(async () => {
    await redis.stop();
    home.remove();
  });
  writeFileSync(join(home.dir, 'uranyl.xyz'), uranyl);
  await oactSucceeds(['init', dir, '--xyz', join(home.dir, 'uranyl.xyz')], { env });
  await oactSucceeds(['enqueue', '-C', dir, '--optimizer', 'orca'], { env });
  const flags = ['--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '20s'];
  const consume = (seconds: string) =>
    startOact(['consume', '-C', dir, ...flags, '--lock-seconds', '4', '--renew-seconds', '1'], {
      env: { ...env, OACT_STANDIN_SECONDS: seconds },
    });

  const first = consume('8');
  const attemptDir = await vi.waitFor(() => {
    const found = findAttempt(join(dir, 'jobs'));
    expect(countFrames(found)).toBeGreaterThanOrEqual(4);
    return found;
  }, patient);
  first.child.kill('SIGKILL');
  await first.ended;
  const done = countFrames(attemptDir);

  const campaign = loadCampaign(dir, {});
  const outage = createOutageLog(silentLog, { away: 'away', back: 'back' });
  const about = { campaignId: campaign.config.campaign, lane: 'default', log: silentLog, outage };
  const stalls = startStallCheck(toRedisOptions(redis.address), { ...about, intervalSeconds: 0.5 });
  const second = consume('0.5');
  await vi.waitFor(() => expect(existsSync(join(attemptDir, 'result.json'))).toBe(true), patient);
  second.child.kill('SIGTERM');
  await second.ended;
  await stalls.stop();
  await oactSucceeds(['reconcile', '-C', dir, '--once'], { env });

  const shown = await oactSucceeds(['job', 'show', '1', '-C', dir, '--json'], { env });
  const record = JSON.parse(shown.stdout);
  expect(record).toMatchObject({ status: 'completed', failCount: 0 });
  expect(record.attempts).toMatchObject([{ lost: 1, outcome: 'completed' }]);
  expect(record.attempts[0].restartedFrom).toMatch(/^attempt-1\/run-1-/);
  expect(record.attempts[0].earlierOptimizationCycles).toBeGreaterThanOrEqual(done - 1);
  const { stdout } = await oactSucceeds(['job', 'show', '1', '-C', dir], { env });
  expect(stdout).toMatch(
    /^attempt 1 resumed from attempt-1\/run-1-\w+, after \d+ optimisation cycles and \d+ SCF cycles: [\d.]+s saved$/m,
  );
}, 90_000);

const patient = { timeout: 40_000, interval: 20 };

function findAttempt(jobs: string): string {
  const [job = 'none'] = existsSync(jobs) ? readdirSync(jobs) : [];
  return join(jobs, job, 'attempt-1');
}

/** Of the newest trajectory. */
function countFrames(attemptDir: string): number {
  const runs = existsSync(attemptDir)
    ? readdirSync(attemptDir).filter((name) => name.startsWith('run-'))
    : [];
  const counts = runs.map((run) => {
    const path = join(attemptDir, run, 'orca_trj.xyz');
    return existsSync(path) ? (readFileSync(path, 'utf8').match(/^Coordinates/gm) ?? []).length : 0;
  });
  return Math.max(0, ...counts);
}
