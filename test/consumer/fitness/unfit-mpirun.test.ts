import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MpirunCheck } from '../../../consumer/fitness/check-mpirun.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { useRedis } from '../../support/use-redis.ts';
import { programPath } from '../programs.ts';
import { makeTestCampaign, slotsOfOneCore, startConsumer, type TestCampaign } from '../start-consumer.ts';

/** An mpirun that would ruin every job of several ranks, met before the first of them. */
describe.skipIf(!hasPrograms('taskset'))('a node whose mpirun crashes', () => {
  const redis = useRedis();
  afterEach(() => vi.unstubAllEnvs());

  const start = async (campaign: TestCampaign, cores: number[]) => {
    const bin = join(campaign.dir, 'bin');
    mkdirSync(bin);
    const words = '[ "$1" = --version ] && { echo \'mpirun (Open MPI) 4.1.4\'; exit; }\nkill -SEGV $$';
    writeFileSync(join(bin, 'mpirun'), `#!/bin/sh\n${words}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    await campaign.add(1);
    const mpirun: MpirunCheck = {
      orcaPath: programPath('orca-good'),
      cores,
      pin: true,
      limitMs: 5000,
      keep: [],
      recall: true,
    };
    return startConsumer(redis.address, campaign, 'orca-good', { mpirun });
  };
  const [slot] = slotsOfOneCore(1);
  const core = slot?.cores[0] ?? 0;

  it('takes no job into slots of several cores, and says why', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = await start(campaign, [core, core]);
    expect(await consumer.report).toMatchObject({
      reason: 'faulty',
      endings: {},
      why: expect.stringMatching(
        /node1 is unfit: mpirun .* cannot start two ranks: signal SIGSEGV.*mpirunProbe/,
      ),
    });
    expect(await campaign.stateOf(1)).toBe('waiting');
  });

  it('works with slots of one core, and warns', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = await start(campaign, [core]);
    expect(await consumer.report).toMatchObject({ reason: 'idle', endings: { completed: 1 }, why: null });
    expect(consumer.log).toContainEqual(
      expect.objectContaining({
        msg: 'node is doubtful',
        warning: expect.stringContaining('slots of one core do without it'),
      }),
    );
  });
});
