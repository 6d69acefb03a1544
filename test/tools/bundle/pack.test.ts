import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

const root = findPackageRoot();
let home: CampaignDir;
let files: string[];

// Without scripts: what is built stands there, and a second build beside other tests would pull it from under them.
beforeAll(() => {
  home = makeCampaignDir();
  const json = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home.dir], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  files = JSON.parse(json)[0].files.map(({ path }: { path: string }) => path);
}, 120_000);
afterAll(() => home.remove());

it('the package has what it needs', () => {
  const needed = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'bin/oact.js',
    'dist/cli/main.js',
    'dist/cli/library/open-campaign.js',
    'cli/library/oact.d.ts',
    'docs/man/oact.1',
    'docs/operating.md',
    'stand-in/orca',
    'examples/actinides-24.csv',
    'scheduler-scripts/consumer.slurm',
    'board/client/board.css',
  ];
  expect(needed.filter((name) => !files.includes(name))).toEqual([]);
});

const needless = /^(?:test|tools|dist\/tools|node_modules|\.ci)\/|\.map$|\.built$|(?<!\.d)\.ts$/;

it('and nothing else: no tests, no tools, no sources, no maps', () => {
  expect(files.filter((path) => needless.test(path))).toEqual([]);
});

it('runs its demo from the packed files alone, in an empty directory', () => {
  const tarball = readdirSync(home.dir).find((name) => name.endsWith('.tgz')) ?? '';
  const modules = join(home.dir, 'node_modules');
  mkdirSync(modules);
  execFileSync('tar', ['-xzf', join(home.dir, tarball), '-C', modules]);
  // As npm puts it, with its dependencies beside it.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const out = execFileSync(process.execPath, [join(modules, 'package', 'bin', 'oact.js'), 'demo'], {
    cwd: home.dir,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(out).toContain('22 completed, 1 failed, 1 timed out');
  expect(out).toContain('board -C demo-campaign');
}, 180_000);
