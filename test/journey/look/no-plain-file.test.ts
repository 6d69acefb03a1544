/** Where a file is expected lies something else: every command ends by itself, and none calls it a defect of oact. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';

type Thing = 'named pipe' | 'directory' | 'looping link' | 'device';

const put: Record<Thing, (path: string) => void> = {
  'named pipe': (path) => execFileSync('mkfifo', [path]),
  directory: (path) => mkdirSync(path),
  'looping link': (path) => symlinkSync(path, path),
  device: (path) => symlinkSync('/dev/zero', path),
};
const job = 'jobs/job_1';
const csv = ['--csv', 'rows.csv', '--multiplicity-column', 'spin'];

/** What lies in whose place, and the commands that look there. Exit codes are theirs; a code of null is a command that hangs. */
const scenes: [thing: Thing, place: string, commands: string[][]][] = [
  ['named pipe', 'workflow.db', [['status'], ['job', 'list'], ['recover', '--no-queue', '--dry-run']]],
  ['directory', 'workflow.db', [['status'], ['enqueue']]],
  ['looping link', 'workflow.db', [['status'], ['export']]],
  ['device', 'workflow.db', [['status']]],
  ['named pipe', 'oact.yaml', [['status'], ['config', 'show']]],
  ['looping link', 'oact.yaml', [['status']]],
  [
    'named pipe',
    `${job}/orca.out`,
    [
      ['job', 'cat', '1'],
      ['job', 'tail', '1'],
      ['job', 'show', '1'],
      ['judge', job],
      ['update', '--from-disk', '--recheck-completed', '--dry-run'],
    ],
  ],
  [
    'directory',
    `${job}/orca.out`,
    [
      ['job', 'cat', '1'],
      ['judge', job],
    ],
  ],
  [
    'looping link',
    `${job}/orca.out`,
    [
      ['job', 'show', '1'],
      ['judge', `${job}/orca.out`],
    ],
  ],
  [
    'device',
    `${job}/orca.out`,
    [
      ['judge', job],
      ['export', '--format', 'extxyz'],
    ],
  ],
  [
    'named pipe',
    `${job}/attempt-1/result.json`,
    [
      ['recover', '--no-queue', '--dry-run'],
      ['update', '--from-disk', '--dry-run'],
    ],
  ],
  ['device', `${job}/attempt-1/result.json`, [['recover', '--no-queue', '--dry-run']]],
  ['named pipe', `${job}/orca.engrad`, [['export', '--format', 'extxyz']]],
  [
    'named pipe',
    'rows.csv',
    [
      ['import', ...csv],
      ['set', '--from', 'rows.csv', '--yes'],
    ],
  ],
  ['directory', 'rows.csv', [['import', ...csv]]],
  ['device', 'rows.csv', [['import', ...csv]]],
  ['named pipe', '.oact/hooks.json', [['hooks', 'test']]],
  ['named pipe', '.oact/redis/server.json', [['status'], ['enqueue']]],
  ['named pipe', 'all.csv', [['export', '--output', 'all.csv', '--yes']]],
];

describe('no plain file', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let made: string;
  beforeAll(async () => {
    home = makeCampaignDir();
    made = join(home.dir, 'campaign');
    await oactSucceeds(['init', made, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const run = ['run', '-C', made, '--ids', '1', '--slots', '1', '--cores-per-slot', '1'];
    await oactSucceeds(run, { env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05' } });
    writeFileSync(join(made, 'oact.yaml'), 'hooks:\n  command: /bin/true\n', { flag: 'a' });
  });
  afterAll(() => home.remove());

  it.each(scenes)('a %s in the place of %s', async (thing, place, commands) => {
    const dir = join(home.dir, `${thing}-${place}`.replaceAll(/\W/g, '-'));
    cpSync(made, dir, { recursive: true });
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const path = join(dir, place);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(join(path, '..'), { recursive: true });
    put[thing](path);
    const ends = await Promise.all(
      commands.map(async (command) => {
        const run = startOact(command, { cwd: dir });
        const timer = setTimeout(() => run.child.kill('SIGKILL'), 40_000);
        const { code, stderr } = await run.ended;
        clearTimeout(timer);
        const isDefect = /defect|INTERNAL|^\s+at /m.test(stderr);
        return code === null || isDefect ? { command, code, stderr } : undefined;
      }),
    );
    expect(ends.filter((end) => end !== undefined)).toEqual([]);
  });
});
