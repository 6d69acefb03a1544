import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { enqueue } from '../../../producer/enqueue.ts';
import { findTakenAttempt } from '../../../producer/audit/find-taken-attempt.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aResult } from '../../workflow/sample-workflow.ts';
import { aSelection, makeLoginNode } from '../a-campaign.ts';

const redis = useRedis();

const campaignId = '0123abcd';
function aJobDir(...attempts: number[]): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const { dir } = campaign;
  for (const attempt of attempts) mkdirSync(join(dir, `attempt-${attempt}`));
  return dir;
}
function publish(jobDir: string, attempt: number, text: string): void {
  writeFileSync(join(jobDir, `attempt-${attempt}`, 'result.json'), text);
}

describe('findTakenAttempt', () => {
  it.each([
    ['nothing', [], 0],
    ['what was there before oact', [0], 0],
    ['several attempts, whatever their order as text', [2, 10, 9], 10],
  ])('finds in a directory with %s', (_, attempts, expected) => {
    expect(findTakenAttempt(aJobDir(...attempts), 1, campaignId)).toBe(expected);
  });

  it('finds nothing where no directory is', () => {
    expect(findTakenAttempt('/nowhere/job_1', 1, campaignId)).toBe(0);
  });

  it('counts results of this record and such as cannot be read', () => {
    const jobDir = aJobDir(1, 2);
    publish(jobDir, 2, JSON.stringify(aResult(1, 2)));
    expect(findTakenAttempt(jobDir, 1, campaignId)).toBe(2);
    publish(jobDir, 2, '{"v":');
    expect(findTakenAttempt(jobDir, 1, campaignId)).toBe(2);
  });

  it('leaves the directory of another record or campaign to the consumer, which refuses it', () => {
    const jobDir = aJobDir(1);
    publish(jobDir, 1, JSON.stringify(aResult(1, 1)));
    expect(findTakenAttempt(jobDir, 2, campaignId)).toBe(0);
    expect(findTakenAttempt(jobDir, 1, 'ffffffff')).toBe(0);
  });
});

it('enqueue does not use the number of an attempt that an earlier database knew', async () => {
  const node = await makeLoginNode(redis.address, [{}, {}]);
  mkdirSync(join(node.jobRoot, 'job_2', 'attempt-3'), { recursive: true });
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  expect(await node.waiting()).toEqual(['c1-a1', 'c2-a4']);
});
