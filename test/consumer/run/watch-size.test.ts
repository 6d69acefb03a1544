import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cutLargeFiles } from '../../../consumer/files/cut-file.ts';
import { watchSize } from '../../../consumer/run/watch-size.ts';
import { hasTaskset } from '../../../consumer/fitness/find-on-path.ts';
import { readPublishedResult } from '../../../consumer/files/publish-result.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { useRedis } from '../../support/use-redis.ts';
import { programPath } from '../programs.ts';
import { makeTestCampaign, startConsumer } from '../start-consumer.ts';

const megabyte = 1e6;

describe('a run that writes without end', () => {
  const server = useRedis();

  it('is stopped, named and cut; the next job runs', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-endless', {
      setup: {
        node: 'node1',
        allocationId: null,
        orcaPath: programPath('orca-endless'),
        maxCoreMb: () => 1000,
        restarts: true,
        scratch: null,
        copyOutSeconds: 600,
        pin: hasTaskset(process.env['PATH'] ?? ''),
        sizeLimits: { outputBytes: 5 * megabyte, runBytes: 1000 * megabyte, lookMs: 50 },
      },
    });
    expect((await consumer.report).endings).toEqual({ failed: 1 });
    const result = await readPublishedResult(campaign.jobDir(), 1);
    expect(result?.outcome).toEqual({
      kind: 'failed',
      class: 'output_too_large',
      reason: 'orca.out grew beyond 5 MB (job.outputLimitMb)',
      retryable: false,
    });
    const output = readFileSync(join(campaign.jobDir(), 'orca.out'), 'utf8');
    expect(output.length).toBeLessThan(3 * megabyte);
    expect(output).toMatch(/^the first words\n/);
    expect(output).toMatch(/\*\*\* oact took \d+ bytes out here: .* beyond 5000000 bytes \*\*\*/);
    expect(consumer.log).toContainEqual(
      expect.objectContaining({ level: 50, jobId: 'c1-a1', files: ['orca.out'] }),
    );
  }, 30_000);
});

it('adds up all files of a run, and counts holes for nothing', async () => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const limits = { outputBytes: megabyte, runBytes: 3 * megabyte, lookMs: 5 };
  for (const name of ['orca.gbw', 'orca.densities'])
    writeFileSync(join(campaign.dir, name), Buffer.alloc(2 * megabyte, 1));
  const watch = watchSize(campaign.dir, [campaign.dir, campaign.dir], limits);
  onTestFinished(() => watch.stop());
  expect(await watch.tooLarge).toBe('its files grew beyond 3 MB (job.runLimitMb)');
});

it('cuts only what is larger than the limit', async () => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  writeFileSync(join(campaign.dir, 'large'), Buffer.alloc(4 * megabyte, 'x'));
  writeFileSync(join(campaign.dir, 'small'), Buffer.alloc(megabyte, 'x'));
  expect(await cutLargeFiles(campaign.dir, 3 * megabyte)).toEqual(['large']);
  expect(statSync(join(campaign.dir, 'small')).size).toBe(megabyte);
  const text = readFileSync(join(campaign.dir, 'large'), 'utf8');
  expect(text.replace(/\n\n\*\*\* oact took (\d+) bytes .*\*\*\*\n\n/, '')).toHaveLength(2 * 2 ** 20);
});
