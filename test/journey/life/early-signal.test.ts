import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

let home: CampaignDir;
let dir: string;

beforeAll(async () => {
  home = makeCampaignDir();
  dir = join(home.dir, 'campaign');
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
});
afterAll(() => home.remove());

/** Runs before the program itself, whose modules take some hundred milliseconds to load. */
const signalWhileLoading = `data:text/javascript,${encodeURIComponent(
  "process.once('newListener', () => setTimeout(() => process.kill(process.pid, 'SIGUSR1'), 0));",
)}`;

it('a USR1 that comes before the consumer listens drains it all the same, and starts no debugger', async () => {
  const run = await runOact(['consume', '-C', dir, '--orca-path', standInPath, '--oversubscribe'], {
    env: {
      NODE_OPTIONS: `--import=${signalWhileLoading}`,
      // Nobody answers there: without the signal it would wait.
      OACT_REDIS_URL: 'redis://127.0.0.1:1/0',
    },
  });
  expect(run.stderr).not.toContain('Debugger listening');
  expect(run.stderr).toContain('"signal":"SIGUSR1","forced":false');
  expect(run.code).toBe(75);
}, 60_000);

it.each([24, 48])(
  'with %i open files allowed, it says so instead of a stack',
  (limit) => {
    const program = join(findPackageRoot(), 'bin', 'oact.js');
    const args = [
      '-c',
      'ulimit -n "$0"; exec "$@"',
      String(limit),
      process.execPath,
      program,
      'status',
      '-C',
      dir,
    ];
    const { status, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
    expect(stderr).toMatch(/^oact: this shell allows too few open files \(ulimit -n\)/);
    expect(stderr).not.toContain('node:internal');
    expect(status).toBe(1);
  },
  60_000,
);

it('a USR1 before a command that never listens does nothing', async () => {
  const run = await runOact(['config', 'show', '-C', dir], {
    env: { NODE_OPTIONS: `--import=${signalWhileLoading}` },
  });
  expect(run.stderr).not.toContain('Debugger listening');
  expect(run.code).toBe(0);
}, 60_000);
