import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { watchFreeSpace } from '../../../consumer/fitness/watch-free-space.ts';
import { makeSmallDisk, mayMount } from '../../support/machine/small-disk.ts';

it.skipIf(!mayMount)('says once that a disk is almost full, and once that it has room again', async () => {
  const { path } = makeSmallDisk();
  const lines: { msg: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const watch = watchFreeSpace([path, join(path, 'missing')], log, 10);
  onTestFinished(() => watch.stop());
  const filler = join(path, 'filler');
  writeFileSync(filler, '');
  try {
    for (;;) writeFileSync(filler, Buffer.alloc(2 ** 20), { flag: 'a' });
  } catch {
    // It is full.
  }
  await expect.poll(watch.why).toMatch(/^\/.* has \d MB left$/);
  rmSync(filler);
  await expect.poll(watch.why).toBeNull();
  expect(lines.map(({ msg }) => msg)).toEqual(['a disk is almost full', 'the disk has room again']);
});
