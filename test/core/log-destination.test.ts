import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { openLogDestination } from '../../core/log-destination.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { mayMount } from '../support/machine/small-disk.ts';

const line = (text: string): string => `${JSON.stringify({ msg: text })}\n`;
const linesOf = (path: string): { msg: string }[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));

/** A disk of 16 KB with another file on it that leaves no room. */
function fullDisk(): { log: string; free: () => void } {
  const campaign = makeCampaignDir();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', campaign.dir]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', campaign.dir]);
    campaign.remove();
  });
  const filler = join(campaign.dir, 'filler');
  try {
    writeFileSync(filler, Buffer.alloc(64 * 1024));
  } catch {
    // As much as fitted is there.
  }
  return { log: join(campaign.dir, 'log'), free: () => rmSync(filler) };
}

it.skipIf(!mayMount)('drops lines while the disk is full, and says once how many when it has room', () => {
  const { log, free } = fullDisk();
  const file = openSync(log, 'a');
  onTestFinished(() => closeSync(file));
  const destination = openLogDestination(file);
  for (let turn = 0; turn < 5; turn += 1) destination.write(line('dropped'));
  free();
  for (const text of ['one', 'two']) destination.write(line(text));
  expect(linesOf(log)).toMatchObject([
    { lines: 5, err: 'ENOSPC', level: 40, msg: 'log lines were lost because they could not be written' },
    { msg: 'one' },
    { msg: 'two' },
  ]);
});

it('opens a file when that becomes possible', () => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const dir = join(campaign.dir, 'logs');
  writeFileSync(dir, 'in the way');
  const destination = openLogDestination(join(dir, 'run.log'));
  destination.write(line('dropped'));
  rmSync(dir);
  destination.write(line('kept'));
  expect(linesOf(join(dir, 'run.log'))).toMatchObject([{ lines: 1 }, { msg: 'kept' }]);
});

it('survives a reader that goes away', async () => {
  const program = `
    const { openLogDestination } = await import(process.argv[1] + '/dist/core/log-destination.js');
    const destination = openLogDestination(2);
    process.stdin.once('data', () => {
      for (let turn = 0; turn < 3; turn += 1) destination.write('lost\\n');
      process.stdout.write('lives');
      process.exit();
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, findPackageRoot()]);
  child.stderr.destroy();
  child.stdin.write('go\n');
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = await once(child, 'close');
  expect([said, code]).toEqual(['lives', 0]);
});
