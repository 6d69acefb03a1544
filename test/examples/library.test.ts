import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { fullRedisUrl } from '../support/redis-url.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../support/run-oact.ts';
import { useRedis } from '../support/use-redis.ts';

const root = findPackageRoot();

/** A directory of a user's, with oact among its packages: the examples import it as anybody would. */
describe('programs that import oact', () => {
  const redis = useRedis();
  let home: CampaignDir;
  let dir: string;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    mkdirSync(join(home.dir, 'node_modules'));
    symlinkSync(root, join(home.dir, 'node_modules', 'oact'));
    cpSync(join(root, 'examples', 'api'), home.dir, { recursive: true });
    cpSync(join(root, 'test', 'examples', 'use-library.ts'), join(home.dir, 'use-library.ts'));
    await oactSucceeds([
      'init',
      dir,
      '--csv',
      exampleCsv,
      '--multiplicity-column',
      'spin',
      '--name-column',
      'name',
    ]);
    // Four records are enough to see everything.
    await oactSucceeds(['cancel', '--ids', '5-24', '--yes', '-C', dir]);
  }, 120_000);
  afterAll(() => home.remove());

  const node = (script: string, env: Record<string, string>): string =>
    execFileSync(process.execPath, [script, dir], {
      cwd: home.dir,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', ...env },
    });

  it('are checked against its types', () => {
    const checked = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--lib',
        'es2023,esnext.disposable',
        '--types',
        'node',
        '--typeRoots',
        join(root, 'node_modules', '@types'),
        'use-library.ts',
      ],
      { cwd: home.dir, encoding: 'utf8' },
    );
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
  }, 120_000);

  it('run records, follow their endings and read the results', () => {
    const text = node('run-and-read.mjs', { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.2' });
    expect(text.match(/^\S+: completed +after/gm)).toHaveLength(4);
    expect(text).toContain('4 completed, 0 failed, 0 timed out');
    expect(text).toMatch(/Ac_3_F3'? *│ -\d+/);
  }, 180_000);

  it('enqueue what waits and count what failed', async () => {
    await oactSucceeds(['requeue', '--ids', '5-7', '--yes', '-C', dir]);
    const text = node('enqueue-failed.mjs', { OACT_REDIS_URL: fullRedisUrl(redis.address) });
    expect(text).toContain('3 queued');
    expect(text).toContain('17 × cancelled');
  }, 120_000);

  it.skipIf(!hasPrograms('python3'))(
    'may be written in Python',
    () => {
      const script = join(root, 'examples', 'python', 'read_results.py');
      const lines = execFileSync('python3', [script, dir, '--json'], { encoding: 'utf8' }).trim().split('\n');
      expect(lines).toHaveLength(4);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        id: 1,
        name: 'Ac_3_F3',
        symbols: ['Ac', 'F', 'F', 'F'],
      });
      expect(execFileSync('python3', [script, dir], { encoding: 'utf8' })).toContain(
        '4 completed records with an energy',
      );
    },
    60_000,
  );
});
