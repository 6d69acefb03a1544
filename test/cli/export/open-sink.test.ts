import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openSink } from '../../../cli/export/open-sink.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

function makeDir(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
}

it('puts the file in its place when it is whole', async () => {
  const dir = makeDir();
  const sink = await openSink(join(dir, 'out.csv'), false);
  await sink.write('a,b\n');
  expect(readdirSync(dir)).toEqual([expect.stringMatching(/^out\.csv\.tmp-\d+$/)]);
  await sink.finish();
  expect(readdirSync(dir)).toEqual(['out.csv']);
  expect(readFileSync(join(dir, 'out.csv'), 'utf8')).toBe('a,b\n');
});

it.each(['SIGKILL', 'SIGHUP'] as const)('leaves nothing of an export that ends by %s', async (signal) => {
  const dir = makeDir();
  const root = findPackageRoot();
  const program = join(root, 'test/programs/hold-export.mjs');
  const child = spawn(process.execPath, [program, root, join(dir, 'out.csv')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(readdirSync(dir)).toHaveLength(1);
  child.kill(signal);
  await once(child, 'close');
  await expect.poll(() => readdirSync(dir), { timeout: 5000 }).toEqual([]);
});
