import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readExternalRedis } from '../../../core/redis/external-redis.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { catchError } from '../../workflow/expect-error.ts';

let campaign: CampaignDir;
beforeEach(() => {
  campaign = makeCampaignDir();
  writeFileSync(join(campaign.dir, 'secret'), 'p@ss/word\n', { mode: 0o600 });
});
afterEach(() => campaign.remove());

const read = (url: string | null, passwordFile: string | null): ReturnType<typeof readExternalRedis> =>
  readExternalRedis({ url, passwordFile }, campaign.dir);

it('takes the password from its file, as it stands there', () => {
  expect(read('redis://consumer@login1:6390', 'secret')).toEqual({
    kind: 'external',
    url: 'redis://login1:6390/0',
    username: 'consumer',
    password: 'p@ss/word',
  });
});

it('needs no file, and is nothing without an address', () => {
  expect(read('redis://:inside@login1', null)?.password).toBe('inside');
  expect(read(null, 'secret')).toBeUndefined();
});

it('refuses a file that others may read', () => {
  chmodSync(join(campaign.dir, 'secret'), 0o644);
  expect(catchError(() => read('redis://login1', 'secret')).code).toBe('SECRET_EXPOSED');
  expect(catchError(() => read('redis://login1', 'nowhere')).code).toBe('FILE_UNREADABLE');
});
