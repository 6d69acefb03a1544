import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, type RunningOact, startOact } from '../../support/run-oact.ts';

let home: CampaignDir;
const redis = useRedis();
beforeAll(async () => {
  home = makeCampaignDir();
});
afterAll(async () => {
  home.remove();
});

it('of two serves one leads; when it is killed the other one leads, and every view says where', async () => {
  const dir = join(home.dir, 'campaign');
  const env = { OACT_REDIS_URL: fullRedisUrl(redis.address) };
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  const serve = (): RunningOact => startOact(['serve', '-C', dir, '--lease-seconds', '2'], { env });
  const status = async () =>
    JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
  const leads = 'this oact serve leads the campaign';
  expect((await status()).serve).toBeNull();
  const first = serve();
  await expect.poll(() => first.output().stderr, { timeout: 30_000 }).toContain(leads);
  const second = serve();
  try {
    await expect
      .poll(() => second.output().stderr, { timeout: 30_000 })
      .toContain('another oact serve leads the campaign');
    expect((await status()).serve).toMatchObject({ state: 'alive', pid: first.child.pid });
    first.child.kill('SIGKILL');
    await expect.poll(() => second.output().stderr, { timeout: 30_000 }).toContain(leads);
    expect(second.output().stderr.split('another oact serve leads')).toHaveLength(2);
    expect((await status()).serve).toMatchObject({ state: 'alive', pid: second.child.pid });
    const top = JSON.parse((await oactSucceeds(['top', '-C', dir, '--json'], { env })).stdout);
    expect(top.serve).toMatchObject({ pid: second.child.pid });
  } finally {
    first.child.kill('SIGKILL');
    second.child.kill('SIGTERM');
    await Promise.all([first.ended, second.ended]);
  }
  const ended = (await oactSucceeds(['status', '-C', dir], { env })).stdout;
  expect(ended).toMatch(
    new RegExp(`serve +none runs: the last one ended .* \\(process ${second.child.pid}\\)`),
  );
}, 120_000);
