import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

/** Each wrong input gets its own clear error: what happened, to what, what to do; no stack, and its exit code. */
describe('bad input', () => {
  let home: CampaignDir;
  let dir: string;
  const path = (...parts: string[]): string => join(home.dir, ...parts);

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = path('campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    writeFileSync(
      path('not-a-database.db'),
      'this is a text file, long enough to be looked at by SQLite'.repeat(50),
    );
    writeFileSync(path('empty.csv'), '');
    writeFileSync(path('plain-file'), 'no program');
    chmodSync(path('plain-file'), 0o644);
    mkdirSync(path('broken'));
    writeFileSync(path('broken', 'oact.yaml'), 'campaign: [unclosed');
    mkdirSync(path('unknown-key'));
    writeFileSync(path('unknown-key', 'oact.yaml'), 'campaign: ab12cd34\nnodes:\n  slots: 4\n');
    mkdirSync(path('other'));
    writeFileSync(path('other', 'oact.yaml'), 'campaign: ab12cd34\n');
    copyFileSync(join(dir, 'workflow.db'), path('other', 'workflow.db'));
  });
  afterAll(() => home.remove());

  const cases: [name: string, args: () => string[], code: number, message: RegExp][] = [
    ['an unknown flag', () => ['status', '--nonsense'], 2, /unknown option '--nonsense'/],
    ['an unknown command', () => ['enqeue'], 2, /unknown command 'enqeue'.*\n?.*enqueue/s],
    ['no campaign', () => ['status', '-C', home.dir], 1, /no oact\.yaml in .*\n.*oact init/],
    ['a broken oact.yaml', () => ['status', '-C', path('broken')], 1, /oact\.yaml cannot be read/],
    [
      'an unknown setting',
      () => ['status', '-C', path('unknown-key')],
      1,
      /unknown-key\/oact\.yaml:2: there is no setting 'nodes'\. Did you mean node\?/,
    ],
    [
      'the database of another campaign',
      () => ['status', '-C', path('other')],
      1,
      /belongs to campaign \w{8}.*says ab12cd34/,
    ],
    ['no source of structures', () => ['init', path('a')], 2, /no source of structures is given/],
    ['a missing table', () => ['init', path('a'), '--csv', path('nowhere.csv')], 1, /nowhere\.csv/],
    ['an empty table', () => ['init', path('a'), '--csv', path('empty.csv')], 1, /empty\.csv' has no header/],
    [
      'a missing column',
      () => [
        'init',
        path('a'),
        '--csv',
        exampleCsv,
        '--multiplicity-column',
        'spin',
        '--geometry-column',
        'xyz',
      ],
      1,
      /no column 'xyz'; it has name, family/,
    ],
    [
      'a spin column of unclear meaning',
      () => ['init', path('a'), '--csv', exampleCsv],
      2,
      /not clear what the column 'spin'/,
    ],
    [
      'a file that is no database',
      () => ['init', path('a'), '--database', path('not-a-database.db')],
      1,
      /not-a-database\.db/,
    ],
    [
      'an unknown recipe',
      () => ['enqueue', '-C', dir, '--simple-input', 'omoll', '--dry-run'],
      1,
      /there is no recipe 'omoll'; known: omol/,
    ],
    [
      'an unknown placeholder',
      () => ['enqueue', '-C', dir, '--job-dir-pattern', 'job_{name}', '--dry-run'],
      2,
      /unknown placeholder \{name\}/,
    ],
    ['ids that are no ids', () => ['enqueue', '-C', dir, '--ids', '3-1'], 2, /neither an id nor a range/],
    ['a duration that is none', () => ['enqueue', '-C', dir, '--job-timeout', 'soon'], 2, /90m, 1h30m/],
    ['no Redis', () => ['enqueue', '-C', dir], 1, /has no Redis yet\n.*oact redis start/],
    [
      'no Redis for a consumer',
      () => ['consume', '-C', dir, '--orca-path', standInPath],
      1,
      /has no Redis\n.*oact redis start/,
    ],
    ['no ORCA', () => ['run', '-C', dir], 1, /no ORCA is configured/],
    [
      'an ORCA that is no program',
      () => ['run', '-C', dir, '--orca-path', path('plain-file')],
      1,
      /plain-file is not a program/,
    ],
    [
      'too many slots',
      () => ['run', '-C', dir, '--orca-path', standInPath, '--slots', '500', '--cores-per-slot', '2'],
      2,
      /500 slots × 2 cores = 1000 cores, but this process may use \d+/,
    ],
  ];

  it.each(cases)('%s', async (_, args, code, message) => {
    const run = await runOact(args(), { env: { PATH: '/usr/bin:/bin' } });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/^\s+at .*\(/m);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe('');
  });

  it('an unreachable Redis, with a password in its URL that is not repeated', async () => {
    const env = { OACT_REDIS_URL: 'redis://:topsecret@127.0.0.1:1/0' };
    const run = await runOact(['enqueue', '-C', dir], { env });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/redis:\/\/127\.0\.0\.1:1\/0 cannot be reached/);
    expect(run.stderr).not.toContain('topsecret');
    const status = await oactSucceeds(['status', '-C', dir, '--json'], { env });
    expect(JSON.parse(status.stdout)).toMatchObject({ queue: null, database: { to_run: 24 } });
    expect(status.stdout).not.toContain('topsecret');
  });

  it('a lock file that nobody holds stops nobody', async () => {
    mkdirSync(join(dir, '.oact'), { recursive: true });
    writeFileSync(join(dir, '.oact', 'run.lock.db'), '');
    const { stdout } = await oactSucceeds(['status', '-C', dir, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ busy: null });
  });

  it('a database given as a table', async () => {
    const run = await runOact(['init', path('a'), '--csv', join(dir, 'workflow.db')]);
    expect(run.stderr).toMatch(/workflow\.db' is an SQLite database, not a text table\n.*--database/);
  });

  it('nothing of a failed init is left', async () => {
    await runOact(['init', path('half'), '--csv', exampleCsv, '--geometry-column', 'xyz']);
    const again = await runOact(['status', '-C', path('half')]);
    expect(again.stderr).toContain('no oact.yaml');
  });
});

it('a reader that has had enough (`| head`) is no error', async () => {
  const help = startOact(['--help']);
  help.child.stdout?.destroy();
  expect(await help.ended).toMatchObject({ code: 0, stderr: '' });
});
