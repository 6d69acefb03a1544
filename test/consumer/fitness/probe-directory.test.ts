import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readOwnIdentity } from '../../../consumer/process/look-at-process.ts';
import { probeDirectory } from '../../../consumer/fitness/probe-directory.ts';
import { scratchBaseOf } from '../../../consumer/files/run-scratch.ts';
import { type HomeOwner, renderHomeName } from '../../../consumer/files/scratch-home.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

function makeDir(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
}

/** What a consumer leaves that is killed while it tries the directory. */
function leaveProbe(dir: string, owner: Partial<HomeOwner>): string {
  const home = join(scratchBaseOf(dir), renderHomeName({ ...readOwnIdentity(), ...owner }));
  mkdirSync(join(home, 'probe-1234'), { recursive: true });
  writeFileSync(join(home, 'probe-1234', 'probe.tmp'), 'half');
  return home;
}

it('leaves nothing behind', async () => {
  const dir = makeDir();
  await expect(Promise.all([probeDirectory(dir), probeDirectory(dir)])).resolves.toEqual([
    undefined,
    undefined,
  ]);
  expect(readdirSync(dir)).toEqual([]);
});

it('removes what a consumer that was killed here has left of its probes, and nothing else', async () => {
  const dir = makeDir();
  // The process id is ours, the start time nobody's.
  leaveProbe(dir, { start: 'dead' });
  const withRun = leaveProbe(dir, { start: 'dead2' });
  mkdirSync(join(withRun, 'c1-a1-1-abcdef12'));
  const elsewhere = leaveProbe(dir, { place: '000000' });
  await expect(probeDirectory(dir)).resolves.toBeUndefined();
  expect(readdirSync(withRun)).toEqual(['c1-a1-1-abcdef12']);
  expect(readdirSync(elsewhere)).toEqual(['probe-1234']);
  expect(readdirSync(scratchBaseOf(dir))).toHaveLength(2);
});

it('names the call that failed', async () => {
  expect(await probeDirectory(join(makeDir(), 'missing'))).toBe('ENOENT');
});
