import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact } from '../../support/run-oact.ts';

/** A node on which ORCA does not start ends with a clear word before it takes a job from another one. */
describe('a node without a library of ORCA', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let env: Record<string, string>;
  let dir: string;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    const orca = join(home.dir, 'orca');
    const words = 'orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file';
    writeFileSync(orca, `#!/bin/sh\necho '${words}' >&2\nexit 127\n`, { mode: 0o755 });
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: orca };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '2'], { env });
  });
  afterAll(async () => {
    home.remove();
  });

  it('consumes nothing, says why, and ends with 1', async () => {
    const run = await runOact(['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--json'], {
      env,
    });
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toEqual({
      reason: 'faulty',
      endings: {},
      why: expect.stringMatching(/ is unfit: ORCA \(.*libmpi\.so\.40.*LD_LIBRARY_PATH/),
    });
    expect(run.stderr).toContain('node is unfit');
    expect(run.stderr).toMatch(/^oact: \S+ is unfit: ORCA/m);
    const status = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
    expect(status.queue).toMatchObject({ waiting: 2, active: 0 });
  });

  it('runs nothing either, and claims no failure', async () => {
    const run = await runOact(['run', '-C', dir, '--slots', '1', '--cores-per-slot', '1'], { env });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^oact: \S+ is unfit: ORCA/m);
    const status = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
    expect(status.database).toMatchObject({ completed: 0, failed: 0 });
  });
});
