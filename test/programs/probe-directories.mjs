// Makes and leaves scratch as consumers do at their start: some times for each line on stdin, then one line of answer.
// For the line `probe`, the whole probe.
// Usage: probe-directories.mjs PACKAGE_ROOT DIR
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const [root, dir] = process.argv.slice(2);
const { makeRunScratch } = await import(join(root, 'dist/consumer/files/run-scratch.js'));
const { probeDirectory } = await import(join(root, 'dist/consumer/fitness/probe-directory.js'));

/** What a probe does, without the file that it writes. */
async function makeAndLeave(run) {
  const place = await makeRunScratch(run, dir);
  await rmdir(place);
  for (const path of [dirname(place), dirname(dirname(place))]) await rmdir(path).catch(() => undefined);
}

async function answer(question) {
  if (question === 'probe') return (await probeDirectory(dir)) ?? 'fit';
  try {
    for (let turn = 0; turn < 5; turn += 1) await makeAndLeave(`probe-${turn}`);
    return 'fit';
  } catch (error) {
    return error.code;
  }
}

process.stdout.write('ready\n');
for await (const question of createInterface({ input: process.stdin }))
  process.stdout.write(`${await answer(question)}\n`);
