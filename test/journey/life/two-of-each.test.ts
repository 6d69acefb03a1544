import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import {
  exampleCsv,
  oactSucceeds,
  type RunningOact,
  standInPath,
  startOact,
} from '../../support/run-oact.ts';

let home: CampaignDir;
const redis = useRedis();
beforeAll(async () => {
  home = makeCampaignDir();
});
afterAll(async () => {
  home.remove();
});

it('two producers and three reconcilers at once, one of them killed: every record runs once and is settled once', async () => {
  const dir = join(home.dir, 'campaign');
  const env = {
    OACT_REDIS_URL: fullRedisUrl(redis.address),
    OACT_STANDIN_SECONDS: '0.2',
    OACT_ORCA_PATH: standInPath,
  };
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  const count = (where: string): number => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const found = db.prepare<[], number>(`select count(*) from ${where}`).pluck().get() ?? 0;
    db.close();
    return found;
  };
  const serve = (): RunningOact => startOact(['serve', '-C', dir, '--high-water', '6'], { env });
  const doomed = serve();
  const steady = [serve(), startOact(['reconcile', '-C', dir], { env })];
  const consumer = startOact(
    ['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1m'],
    { env },
  );
  try {
    await expect
      .poll(() => count("structures where status = 'completed'"), { timeout: 60_000 })
      .toBeGreaterThan(3);
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    const auditors = [1, 2, 3].map(() => oactSucceeds(['reconcile', '-C', dir, '--once'], { env }));
    await Promise.all(auditors);
    await expect.poll(() => count("structures where status = 'completed'"), { timeout: 90_000 }).toBe(24);
  } finally {
    for (const { child } of [...steady, consumer, doomed]) if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.all([...steady, consumer, doomed].map(({ ended }) => ended));
  }
  expect(count('oact_attempts')).toBe(24);
  expect(count("oact_attempts where outcome = 'completed' and attempt = 1")).toBe(24);
  expect(count('structures where fail_count > 0')).toBe(0);
  const started = consumer.output().stderr.match(/"msg":"job started"/g) ?? [];
  expect(started).toHaveLength(24);
}, 240_000);
