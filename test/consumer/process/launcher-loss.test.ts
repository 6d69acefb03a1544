import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listSession } from '../../../consumer/process/list-session.ts';
import { useRedis } from '../../support/use-redis.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer } from '../start-consumer.ts';

const server = useRedis();

/** The launcher of the consumer in this process. */
function launcherOf(consumer: number): number {
  const children = readFileSync(`/proc/${consumer}/task/${consumer}/children`, 'utf8').trim().split(' ');
  return Number(
    children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('launcher.js')),
  );
}

describe('a launcher that is killed while ORCA runs', () => {
  it('costs nothing when ORCA says itself that it ended well', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    await campaign.add(2);
    const consumer = startConsumer(server.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    await expect.poll(() => launcherOf(process.pid)).toBeGreaterThan(1);
    process.kill(launcherOf(process.pid), 'SIGKILL');
    await consumer.logged('the launcher of ORCA ended; starting another one');
    letOrcaEnd(campaign.jobDir());
    // The next job is started by another launcher.
    letOrcaEnd(campaign.jobDir(2));
    expect((await consumer.report).endings).toEqual({ completed: 2 });
  });

  it('is a fault of this node when ORCA does not: how it ended is not known', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-ranks');
    const [leader = 0] = await campaign.idsOfRun();
    process.kill(launcherOf(process.pid), 'SIGKILL');
    await consumer.logged('the launcher of ORCA ended; starting another one');
    for (const pid of listSession(leader)) process.kill(pid, 'SIGKILL');
    await consumer.logged('fault: the job is handed back');
    const fault = consumer.log.find(({ msg }) => msg === 'fault: the job is handed back');
    expect(JSON.stringify(fault)).toContain('the launcher of ORCA was killed');
    await expect.poll(() => campaign.stateOf()).toBe('delayed');
  });
});
