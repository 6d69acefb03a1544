import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseCpuList } from '../../../consumer/cores/parse-cpu-list.ts';
import { parseResult } from '../../../core/job/result.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { exampleCsv, oactSucceeds, startOact } from '../../support/run-oact.ts';
import { type Rank, readRanks } from '../../support/schedulers/read-ranks.ts';
import { useRedis } from '../../support/use-redis.ts';
import { programPath } from '../programs.ts';

const redis = useRedis();
const cores = Math.floor(availableParallelism() / 2);

/** Three lanes need four cores for three sizes at once; with fewer, two lanes have one size. */
describe.skipIf(!hasPrograms('mpirun', 'taskset') || availableParallelism() < 2)(
  'real mpiruns in lanes of several sizes',
  () => {
    it('keep every rank on the cores of its job, and no core has two jobs at a time', async () => {
      const home = makeCampaignDir();
      onTestFinished(() => home.remove());
      const dir = join(home.dir, 'campaign');
      const env = {
        OACT_REDIS_URL: fullRedisUrl(redis.address),
        OACT_ORCA_PATH: programPath('orca-two-ranks'),
        OACT_STANDIN_MPI: '1',
        OACT_STANDIN_SECONDS: '1',
        SLURM_JOB_ID: '4711',
        SLURM_JOB_NODELIST: 'n[1-2]',
        SLURM_TASKS_PER_NODE: '1(x2)',
      };
      await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
      const sizes = { single: 1, part: Math.max(1, cores - 1), wide: cores * 2 };
      const lanes = Object.entries(sizes).map(([lane, size]) => `  ${lane}: { cores: ${size} }\n`);
      appendFileSync(join(dir, 'oact.yaml'), `\nlanes:\n${lanes.join('')}`);
      const dryRun = await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-2', '--dry-run'], { env });
      expect(dryRun.stdout).toContain('lane single (it takes every record)');
      expect(dryRun.stdout).toContain('lane single: 2 jobs');
      await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-2', '--lane', 'single'], { env });
      await oactSucceeds(['enqueue', '-C', dir, '--ids', '3-4', '--lane', 'part'], { env });
      await oactSucceeds(['enqueue', '-C', dir, '--ids', '5', '--lane', 'wide'], { env });
      const explained = await oactSucceeds(['job', 'explain', '-C', dir, '5'], { env });
      expect(explained.stdout).toContain(`Its lane is wide, ${sizes.wide} cores`);

      const consumer = startOact(['consume', '-C', dir, '--idle-timeout', '3s'], { env });
      onTestFinished(async () => {
        consumer.child.kill('SIGTERM');
        await consumer.ended;
      });
      const { code, stderr } = await consumer.ended;
      expect(code).toBe(0);
      expect(stderr).not.toContain('outside its slot');
      expect(stderr.match(/"outcome":{"kind":"completed"}/g)).toHaveLength(5);

      const ranks = readRanks(dir);
      const masks = new Map(ranks.map((rank) => [rank.sid, parseCpuList(rank.cpusAllowed)]));
      for (const { sid, cpusAllowed } of ranks) expect(parseCpuList(cpusAllowed)).toEqual(masks.get(sid));
      const counts = [...masks.values()].map((mask) => mask.length).toSorted((a, b) => a - b);
      expect(counts).toEqual([1, 1, sizes.part, sizes.part, sizes.wide].toSorted((a, b) => a - b));
      expect(ranks.flatMap((rank: Rank) => rank.leakedVariables)).toEqual([]);
      expect(findSharedCores(readRuns(dir))).toEqual([]);
    }, 240_000);
  },
);

interface Run {
  cores: number[];
  from: number;
  to: number;
}

function readRuns(dir: string): Run[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('attempt-1/result.json'))
    .map((name) => parseResult(JSON.parse(readFileSync(join(dir, name), 'utf8')), name))
    .map(({ ranOn, startedAt, finishedAt }) => ({
      cores: ranOn.cores,
      from: Date.parse(startedAt),
      to: Date.parse(finishedAt),
    }));
}

/** Cores that two runs had at the same time. */
function findSharedCores(runs: readonly Run[]): number[] {
  return runs.flatMap((run, index) =>
    runs
      .slice(index + 1)
      .filter(({ from, to }) => from < run.to && run.from < to)
      .flatMap(({ cores: others }) => others.filter((cpu) => run.cores.includes(cpu))),
  );
}
