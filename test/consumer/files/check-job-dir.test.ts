import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { checkJobDir } from '../../../consumer/files/check-job-dir.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

let root: string;
let outside: string;

beforeEach(() => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  root = join(campaign.dir, 'jobs');
  outside = join(campaign.dir, 'elsewhere');
  mkdirSync(join(root, 'job_1'), { recursive: true });
  mkdirSync(outside);
});

describe('checkJobDir', () => {
  it.each(['job_1', 'job_2', 'wave2/a/b/job_3', '..job', 'job..1'])(
    'takes %s below the root',
    async (name) => {
      await expect(checkJobDir(join(root, name), root)).resolves.toBeUndefined();
    },
  );

  it('takes a link that stays inside, and a root that is a link itself', async () => {
    symlinkSync(join(root, 'job_1'), join(root, 'alias'));
    await expect(checkJobDir(join(root, 'alias', 'x'), root)).resolves.toBeUndefined();
    symlinkSync(root, join(outside, 'jobs'));
    await expect(checkJobDir(join(outside, 'jobs', 'job_1'), join(outside, 'jobs'))).resolves.toBeUndefined();
    await expect(checkJobDir(join(root, 'job_1'), join(outside, 'jobs'))).resolves.toBeUndefined();
  });

  it.each([
    ['the root itself', ''],
    ['a way up', '/../elsewhere'],
    ['a way up through a directory that does not exist', '/none/../../elsewhere'],
    ['a way up at the end', '/job_1/..'],
    ['a way up at the end, to a directory that does not exist', '/none/..'],
    ['a sibling whose name begins alike', '-old/job_1'],
  ])('refuses %s', async (_, suffix) => {
    await expect(checkJobDir(`${root}${suffix}`, root)).rejects.toMatchObject({
      code: 'JOB_DIRECTORY_OUTSIDE',
    });
  });

  it('refuses another place altogether, and names both', async () => {
    await expect(checkJobDir('/etc/cron.d', root)).rejects.toMatchObject({
      code: 'JOB_DIRECTORY_OUTSIDE',
      message: `the job directory /etc/cron.d lies outside the job root ${root}`,
      hint: expect.stringContaining('jobRoot'),
    });
  });

  it('refuses a link that leads out, also below it', async () => {
    symlinkSync(outside, join(root, 'job_9'));
    await expect(checkJobDir(join(root, 'job_9'), root)).rejects.toThrow('outside the job root');
    await expect(checkJobDir(join(root, 'job_9', 'new', 'job'), root)).rejects.toThrow(
      'outside the job root',
    );
  });

  it('refuses a link that leads to a place which does not exist yet', async () => {
    symlinkSync(join(outside, 'later'), join(root, 'job_9'));
    await expect(checkJobDir(join(root, 'job_9'), root)).rejects.toThrow('outside the job root');
  });

  it('does not take a file for a directory', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(checkJobDir(join(root, 'file', 'job'), root)).rejects.toThrow('ENOTDIR');
  });
});
