/** oact is updated while a campaign is under way: its Redis, its consumers and its jobs are of the release before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { buildPreviousRelease } from '../../../tools/chaos/previous-release.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';

const program = await findRedisProgram();
const old = buildPreviousRelease();
if (old === null) process.stdout.write('the previous release cannot be built here: its history is missing\n');
const slots = ['--slots', '1', '--cores-per-slot', '1', '--oversubscribe'];
const patient = { timeout: 90_000, interval: 200 };

describe.skipIf(!program || old === null)(
  'a campaign of the release before (needs redis-server and the history of this repository)',
  { timeout: 240_000 },
  () => {
    let home: CampaignDir;
    let dir: string;
    beforeEach(() => {
      home = makeCampaignDir();
      dir = join(home.dir, 'campaign');
    });
    afterEach(async () => {
      await stopServer(dir, { isForced: true });
      home.remove();
    });
    const env = { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.1' };
    const now = (...args: string[]) => oactSucceeds([...args, '-C', dir], { env });
    const startOld = (args: string[], more: Record<string, string> = {}) => {
      const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OACT_'));
      const child = spawn(process.execPath, [join(old ?? '', 'bin', 'oact.js'), ...args], {
        env: { ...Object.fromEntries(inherited), ...env, ...more },
        stdio: 'ignore',
      });
      return { child, ended: once(child, 'close').then(() => child.exitCode) };
    };
    const before = async (...args: string[]): Promise<void> =>
      expect([args, await startOld([...args, '-C', dir]).ended]).toEqual([args, 0]);
    const status = async () => JSON.parse((await now('status', '--json')).stdout);

    it('finishes what the old consumer has begun, takes it out of the new jobs, and charges nobody', async () => {
      expect(await startOld(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']).ended).toBe(
        0,
      );
      await before('redis', 'start');
      await before('enqueue', '--ids', '1-2');
      const consumer = startOld(['consume', '-C', dir, ...slots, '--idle-timeout', '10m'], {
        OACT_STANDIN_SECONDS: '20',
      });
      await expect.poll(async () => (await status()).queue, patient).toMatchObject({ waiting: 1, active: 1 });

      // The update: the server gets its scripts and rights, and the old consumer keeps what it needs.
      const refreshed = await now('redis', 'start');
      expect(refreshed.stdout + refreshed.stderr).toContain('1 consumer of an older oact still runs');
      const serve = startOact(['serve', '-C', dir, '--high-water', '6'], { env });
      try {
        // It ends its job, refuses one of today, and is asked to leave.
        expect(await consumer.ended).toBe(75);
        await now('consume', ...slots, '--idle-timeout', '1s');
        await expect
          .poll(async () => (await status()).database, patient)
          .toMatchObject({ failed: 0, timeout: 0 });
        const { database } = await status();
        expect(database.completed).toBeGreaterThanOrEqual(2);
      } finally {
        serve.child.kill('SIGTERM');
        await serve.ended;
      }
      const ended = await now('redis', 'start');
      expect(ended.stdout + ended.stderr).not.toContain('older oact');
    });
  },
);
