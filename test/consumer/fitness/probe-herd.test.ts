import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

const processes = 16;
const rounds = 20;

/** A process that tries the directory whenever it is asked. */
function startProber(dir: string): { child: ChildProcess; next: () => Promise<string> } {
  const root = findPackageRoot();
  const child = spawn(process.execPath, [join(root, 'test/programs/probe-directories.mjs'), root, dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => String((await lines.next()).value) };
}

// Each removes the directories that it finds empty, between the calls of the others.
it('finds a directory fit when sixteen processes try it in the same moment, twenty times', async () => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const probers = Array.from({ length: processes }, () => startProber(campaign.dir));
  await Promise.all(probers.map(({ next }) => next()));
  const unfit: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { child } of probers) child.stdin?.write(round < rounds ? 'scratch\n' : 'probe\n');
    const answers = await Promise.all(probers.map(({ next }) => next()));
    unfit.push(...answers.filter((answer) => answer !== 'fit'));
  }
  expect(unfit).toEqual([]);
  expect(readdirSync(campaign.dir)).toEqual([]);
}, 60_000);
