import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cutSlots } from '../../../consumer/cores/cut-slots.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { listSession } from '../../../consumer/process/list-session.ts';
import { formatCpuList } from '../../../consumer/cores/parse-cpu-list.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { type Rank, readRanks } from '../../support/schedulers/read-ranks.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, startOact } from '../../support/run-oact.ts';
import { programPath } from '../programs.ts';

/** Left alone, Open MPI places the ranks of both jobs on core 0, whatever mask mpirun has. */
describe.skipIf(!hasPrograms('mpirun', 'taskset') || availableParallelism() < 2)(
  'two jobs with real mpiruns at once',
  () => {
    let home: CampaignDir;
    const redis = useRedis();
    let dir: string;
    let env: Record<string, string>;

    beforeAll(async () => {
      home = makeCampaignDir();
      dir = join(home.dir, 'campaign');
      env = {
        OACT_REDIS_URL: fullRedisUrl(redis.address),
        OACT_ORCA_PATH: programPath('orca-two-ranks'),
        OACT_STANDIN_MPI: '1',
        OACT_STANDIN_SECONDS: '8',
        // An allocation around the consumer, which a child mpirun would obey if it saw it.
        SLURM_JOB_ID: '4711',
        SLURM_JOB_NODELIST: 'n[1-2]',
        SLURM_TASKS_PER_NODE: '1(x2)',
      };
      await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
      await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-2'], { env });
    });
    afterAll(async () => {
      home.remove();
    });

    it('keep every rank on the cores of its slot', async () => {
      const args = ['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1s'];
      const consumer = startOact(args, { env });
      onTestFinished(async () => {
        consumer.child.kill('SIGTERM');
        await consumer.ended;
      });
      let ranks: Rank[] = [];
      const listLiveRanks = (): Rank[] =>
        readRanks(dir).filter(({ sid, pid }) => listSession(sid).includes(pid));
      await expect.poll(() => (ranks = listLiveRanks()).length, { timeout: 20_000 }).toBe(4);
      const { code, stderr } = await consumer.ended;

      const masksOf = (session: number): string =>
        ranks.flatMap(({ sid, cpusAllowed }) => (sid === session ? [cpusAllowed] : [])).join(' ');
      const slots = cutSlots(discoverCores(), { slots: 2, coresPerSlot: 1, reserveCores: 0 });
      // Both ranks of a job on the one core of its slot, and each slot used.
      expect(new Set(ranks.map(({ sid }) => masksOf(sid)))).toEqual(
        new Set(slots.map(({ cores }) => `${formatCpuList(cores)} ${formatCpuList(cores)}`)),
      );
      expect(ranks.flatMap(({ leakedVariables }) => leakedVariables)).toEqual([]);
      // What stopping by process group alone would miss.
      expect(ranks.filter(({ pgid, sid }) => pgid === sid)).toEqual([]);
      expect(code).toBe(0);
      expect(stderr).not.toContain('outside its slot');
      expect(stderr.match(/"outcome":{"kind":"completed"}/g)).toHaveLength(2);
    }, 40_000);
  },
);
