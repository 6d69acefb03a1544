import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

interface Line {
  check: string;
  status: string;
  message: string;
  cure: string | null;
}

const linesOf = (stdout: string): Line[] => JSON.parse(stdout).checks;
const named = (lines: Line[], check: string): Line | undefined => lines.find((line) => line.check === check);

describe('oact doctor', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let dir: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    // A busy machine starts two ranks slowly.
    env = {
      OACT_REDIS_URL: fullRedisUrl(redis.address),
      OACT_ORCA_PATH: standInPath,
      OACT_NODE_MPIRUN_PROBE: '10s',
    };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  });
  afterAll(async () => {
    home.remove();
  });

  it('finds a login node fit', async () => {
    const lines = linesOf((await oactSucceeds(['doctor', '-C', dir, '--json'], { env })).stdout);
    expect(lines.filter(({ status }) => status === 'fail')).toEqual([]);
    for (const check of ['campaign', 'node.js', 'database', 'job root', 'redis', 'eviction', 'orca'])
      expect(named(lines, check)).toMatchObject({ status: expect.stringMatching(/ok|warn/), check });
    expect(named(lines, 'database')?.message).toContain('24 records');
  });

  it('draws a compute node and finds it fit, without SQLite', async () => {
    // Node would refuse to load it.
    const noSqlite = join(home.dir, 'no-sqlite.mjs');
    writeFileSync(
      noSqlite,
      `import { register } from 'node:module';
       register('data:text/javascript,' + encodeURIComponent(\`
         export function resolve(name, context, next) {
           if (name.includes('better-sqlite3')) throw new Error('SQLite is loaded on a compute node');
           return next(name, context);
         }\`), import.meta.url);`,
    );
    const guarded = { ...env, NODE_OPTIONS: `--import ${noSqlite}` };
    // Another command does load it, so the guard sees what it shall.
    expect((await runOact(['status', '-C', dir], { env: guarded })).stderr).toContain('SQLite is loaded');
    const args = ['doctor', 'node', '-C', dir, '--slots', '1', '--cores-per-slot', '1'];
    const run = await oactSucceeds(args, { env: guarded });
    expect(run.stdout).toMatch(/^\S+: \d+ cores?, .* → 1 slot × 1 core, %maxcore \d+$/m);
    expect(run.stdout).toMatch(/^NUMA 0 /m);
    for (const check of ['cores', 'memory', 'orca', 'scratch', 'job root', 'redis', 'clock'])
      expect(run.stdout).toMatch(new RegExp(`^(ok|warn) +${check} `, 'm'));
    const json = JSON.parse((await oactSucceeds([...args, '--json'], { env: guarded })).stdout);
    expect(json).toMatchObject({
      ok: true,
      plan: { plan: { slots: [{ slot: 0, cores: [expect.any(Number)] }] } },
    });
  });

  it('leaves no scratch of its own behind', async () => {
    const tmp = join(home.dir, 'tmp');
    mkdirSync(tmp);
    await oactSucceeds(['doctor', 'node', '-C', dir, '--slots', '1'], { env: { ...env, TMPDIR: tmp } });
    const left = readdirSync(tmp).flatMap((base) => readdirSync(join(tmp, base)));
    expect(left.filter((name) => !name.startsWith('mpirun-'))).toEqual([]);
  });

  it('takes the flags of oact consume, and ignores those that are not its own', async () => {
    const args = ['doctor', 'node', '--quiet', '-C', dir, '--slots', '1', '--idle-timeout', '5m', '--json'];
    const run = await oactSucceeds(args, { env });
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: true });
  });

  it('fails a node on which ORCA does not start, says so and how to mend it, quietly, and looks at the rest', async () => {
    const orca = join(home.dir, 'orca');
    const words = 'orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file';
    writeFileSync(orca, `#!/bin/sh\necho '${words}' >&2\nexit 127\n`);
    chmodSync(orca, 0o755);
    const args = ['doctor', 'node', '--quiet', '-C', dir, '--slots', '1', '--cores-per-slot', '1'];
    const run = await runOact([...args, '--orca-path', orca], { env });
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^fail +orca +ORCA .*libmpi\.so\.40/m);
    expect(run.stdout).toContain('LD_LIBRARY_PATH');
    expect(run.stdout).not.toMatch(/^(ok|skip) /m);
    const lines = linesOf((await runOact([...args, '--orca-path', orca, '--json'], { env })).stdout);
    expect(named(lines, 'redis')).toMatchObject({ status: 'ok' });
  });

  it('fails a plan of too many slots with the arithmetic, and a Redis that is away, each for itself', async () => {
    const away = { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1' };
    const run = await runOact(['doctor', 'node', '-C', dir, '--slots', '9999', '--json'], { env: away });
    expect(run.code).toBe(1);
    const lines = linesOf(run.stdout);
    expect(named(lines, 'cores')).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(/^9999 slots × 1 cores = 9999 cores, but this process may use \d+$/),
    });
    expect(named(lines, 'redis')).toMatchObject({ status: 'fail', cure: expect.stringContaining('--bind') });
    expect(named(lines, 'orca')).toMatchObject({ status: 'ok' });
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it('looks at what there is outside a campaign, and at the rest of one that is broken', async () => {
    const nowhere = join(home.dir, 'nowhere');
    mkdirSync(nowhere);
    const outside = await oactSucceeds(['doctor', '--json'], { cwd: nowhere });
    expect(named(linesOf(outside.stdout), 'campaign')).toMatchObject({ status: 'skip' });
    expect(named(linesOf(outside.stdout), 'database')).toMatchObject({ status: 'skip' });
    expect(named(linesOf(outside.stdout), 'node.js')).toMatchObject({ status: 'ok' });
    writeFileSync(join(nowhere, 'oact.yaml'), 'campaign: 0a1b2c3d\nnode: { slot: 3 }\n');
    const broken = await runOact(['doctor', '--json'], { cwd: nowhere });
    expect(broken.code).toBe(1);
    expect(named(linesOf(broken.stdout), 'campaign')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining("node has no setting 'slot'. Did you mean node.slots?"),
    });
    writeFileSync(join(nowhere, 'oact.yaml'), 'campaign: 0a1b2c3d\n');
    writeFileSync(join(nowhere, 'workflow.db'), 'no database');
    const lines = linesOf((await runOact(['doctor', '--json'], { cwd: nowhere })).stdout);
    expect(named(lines, 'database')).toMatchObject({ status: 'fail' });
    expect(named(lines, 'redis')).toMatchObject({
      status: 'warn',
      cure: expect.stringContaining('redis start'),
    });
  });
});
