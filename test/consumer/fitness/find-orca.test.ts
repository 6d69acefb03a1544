import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { findOrca } from '../../../consumer/fitness/find-orca.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

let dir: string;

beforeEach(() => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  ({ dir } = campaign);
});

function installOrca(place: string, mode = 0o755): string {
  mkdirSync(join(dir, place), { recursive: true });
  const path = join(dir, place, 'orca');
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

describe('findOrca', () => {
  it('takes an absolute path, and one relative to the campaign', async () => {
    const path = installOrca('opt/orca_6');
    expect(await findOrca(path, '/', '')).toBe(path);
    expect(await findOrca('opt/orca_6/orca', dir, '')).toBe(path);
  });

  it.each([null, 'orca'])('looks on PATH for %j, the first one wins', async (configured) => {
    installOrca('a', 0o644);
    const path = installOrca('b');
    installOrca('c');
    const places = ['', 'relative', ...['a', 'b', 'c'].map((place) => join(dir, place))].join(':');
    expect(await findOrca(configured, '/', places)).toBe(path);
  });

  it('says where to write the path when nothing is configured and nothing on PATH', async () => {
    await expect(findOrca(null, dir, '/usr/none')).rejects.toMatchObject({
      code: 'ORCA_NOT_FOUND',
      hint: expect.stringContaining('--orca-path'),
    });
  });

  it('refuses a path that is missing, a directory, or no program', async () => {
    installOrca('opt', 0o644);
    for (const path of [join(dir, 'none'), dir, join(dir, 'opt', 'orca')]) {
      await expect(findOrca(path, '/', '')).rejects.toMatchObject({
        code: 'ORCA_NOT_FOUND',
        message: expect.stringContaining(path),
        hint: expect.stringContaining('file system is mounted'),
      });
    }
  });
});
