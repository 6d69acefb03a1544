import { expect, it } from 'vitest';
import { renderReport } from '../../tools/chaos/judging/chaos-report.ts';
import { runChaosCampaign } from '../../tools/chaos/run-chaos-campaign.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { hasPrograms } from '../support/has-programs.ts';

const hasServer = hasPrograms('redis-server');

/** One round of every blow; `npm run chaos` does the same for longer. */
it.skipIf(!hasServer)(
  'whatever is killed, nothing is lost and nothing is done twice',
  async () => {
    const redisProgram = (await findRedisProgram())?.path ?? '';
    const report = await runChaosCampaign({ minutes: 1, seed: 3, redisProgram });
    process.stdout.write(`${renderReport(report)}\n`);
    expect(report.checks.filter(({ names }) => names.length > 0)).toEqual([]);
    const kinds = Object.entries(report.blows).filter(([, count]) => count > 0);
    expect(kinds.length).toBeGreaterThanOrEqual(28);
    expect(report.waste.redundantStarts).toBeGreaterThan(0);
  },
  600_000,
);
