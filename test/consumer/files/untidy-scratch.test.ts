import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mayMount } from '../../support/machine/small-disk.ts';
import { useRedis } from '../../support/use-redis.ts';
import { makeTestCampaign, startConsumer } from '../start-consumer.ts';

const server = useRedis();

it.skipIf(!mayMount)(
  'a run whose scratch cannot be removed counts, and the next one runs as well',
  async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add(1);
    await campaign.add(2);
    const consumer = startConsumer(server.address, campaign, 'orca-mounting');
    const { endings } = await consumer.report;
    const left = consumer.log.filter(({ msg }) => msg === 'could not remove the scratch directory of a run');
    for (const { path } of left) {
      execFileSync('umount', [join(String(path), 'held')]);
      rmSync(String(path), { recursive: true });
    }
    expect(endings).toEqual({ completed: 2 });
    expect(left).toMatchObject([
      { level: 40, err: expect.stringContaining('EBUSY') },
      { level: 40, err: expect.stringContaining('EBUSY') },
    ]);
  },
);
