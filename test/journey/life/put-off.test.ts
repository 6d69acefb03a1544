import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, type OactRun, standInPath } from '../../support/run-oact.ts';

const hasServer = (await findRedisProgram()) !== undefined;

it.skipIf(!hasServer)(
  'a retry that waits is shown as put off, with the moment, by every view',
  { timeout: 120_000 },
  async () => {
    const home = makeCampaignDir();
    const dir = join(home.dir, 'campaign');
    const planFile = join(home.dir, 'plan.json');
    writeFileSync(planFile, JSON.stringify([{ match: '/job_1/', fail: 'mpi_transport' }]));
    const env = {
      OACT_STANDIN_SECONDS: '0.05',
      OACT_ORCA_PATH: standInPath,
      OACT_STANDIN_PLAN: planFile,
      OACT_RETRY_BACKOFF_FIRST: '10m',
    };
    const oact = (...args: string[]): Promise<OactRun> => oactSucceeds([...args, '-C', dir], { env });
    const readJson = async (...args: string[]) => JSON.parse((await oact(...args, '--json')).stdout);
    try {
      await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
      await oact('redis', 'start');
      await oact('enqueue', '--ids', '1');
      const node = ['--slots', '1', '--cores-per-slot', '1', '--oversubscribe', '--idle-timeout', '0.2s'];
      await oactSucceeds(['consume', '-C', dir, ...node], {
        env: { ...env, SLURM_JOB_ID: '4711', SLURMD_NODENAME: 'n7' },
      });
      const failedAt = Date.now();
      const { stdout: round } = await oact('reconcile', '--once');
      expect(round).toContain('1 settled (1 retried)');

      const { attempts } = await readJson('job', 'show', '1');
      const { notBefore } = attempts[1];
      const seconds = (Date.parse(notBefore) - failedAt) / 1000;
      expect(seconds).toBeGreaterThan(440);
      expect(seconds).toBeLessThan(780);
      expect(attempts[1]).toMatchObject({ retryOf: 1, avoidNodes: ['n7'] });

      const words = 'its MPI ranks lost contact with each other';
      expect(await readJson('status')).toMatchObject({
        claimed: { putOff: 1 },
        putOff: [{ recordId: 1, why: words }],
      });
      const views: [string[], RegExp][] = [
        [['status'], new RegExp(String.raw`put off +#1: ${words}, retried in \d+m`)],
        [['top', '--once'], new RegExp(String.raw`put off: #1: ${words}, retried in \d+m`)],
        [['job', 'explain', '1'], /put off, because .* may pass\. It starts again in \d+m/],
        [
          ['job', 'show', '1'],
          new RegExp(`${words} → the same again, put off until ${notBefore}, not on n7`),
        ],
      ];
      for (const [args, shown] of views) expect((await oact(...args)).stdout).toMatch(shown);
      // The queue knows when, so that neither an audit nor a consumer gives it out before.
      expect((await readJson('reconcile', '--once')).audit).toMatchObject({ checked: 1, readded: 0 });
      await oactSucceeds(['consume', '-C', dir, ...node], { env });
      expect((await readJson('job', 'show', '1')).attempts).toHaveLength(2);
      expect((await readJson('job', 'explain', '1')).state).toBe('delayed');
    } finally {
      await oact('redis', 'stop');
      home.remove();
    }
  },
);
