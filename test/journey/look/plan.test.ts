import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { addCarbons, endCarbons, fortySizes, secondsOf } from '../../cli/predict/a-timed-campaign.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact } from '../../support/run-oact.ts';

describe('oact plan', () => {
  let home: CampaignDir;
  let dir: string;
  const inDatabase = (work: (workflow: ReturnType<typeof openWorkflow>) => void): void => {
    const workflow = openWorkflow(join(dir, 'workflow.db'));
    try {
      work(workflow);
    } finally {
      workflow.close();
    }
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  }, 60_000);
  afterAll(() => home.remove());

  it('says that it does not know yet, with what is missing', async () => {
    const { code, stderr } = await runOact(['plan', '-C', dir]);
    expect(code).toBe(3);
    expect(stderr).toContain('0 runs have completed, and 30 are needed');
  });

  it('says that nothing is left to plan, instead of asking for more runs', async () => {
    inDatabase((workflow) => void workflow.db.prepare("update structures set status = 'completed'").run());
    const { code, stderr } = await runOact(['plan', '-C', dir]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('no record waits or runs')]);
    expect(stderr).not.toContain('oact enqueue');
  });

  it(
    'compares plans by what ended, and writes the chosen one with its comments kept',
    { timeout: 90_000 },
    async () => {
      inDatabase((workflow) => {
        workflow.db.prepare("update structures set status = 'completed'").run();
        endCarbons(workflow, fortySizes, join(dir, 'jobs'));
        addCarbons(
          workflow,
          Array.from({ length: 200 }, (_, index) => 10 + (index % 30)),
        );
      });
      const path = join(dir, 'oact.yaml');
      writeFileSync(
        path,
        `${readFileSync(path, 'utf8')}allocations:\n  # Ours.\n  scheduler: slurm\n  walltime: 1h\n  maxNodes: 2\n`,
      );
      const flags = ['-C', dir, '--cores-per-node', '16', '--nodes', '1,4', '--walltime', '30m', '--json'];
      const { stdout } = await oactSucceeds(['plan', ...flags]);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({
        jobs: 200,
        unpredicted: 0,
        cores: { usual: 4, perNode: 16, isLearned: false },
        model: { completed: 40, runs: 40 },
        chosen: { nodes: 4, walltimeSeconds: 1800, coresPerJob: 4, slotsPerNode: 4, tooLong: 0 },
        written: null,
      });
      expect(report.model.medianFactor).toBeLessThan(1.3);
      const work = Array.from({ length: 200 }, (_, index) => secondsOf(10 + (index % 30)));
      const bound = work.reduce((sum, one) => sum + one, 0) / 16;
      expect(report.chosen.doneSeconds).toBeGreaterThan(0.9 * bound);
      expect(report.chosen.doneSeconds).toBeLessThan(1.15 * bound);

      const text = await oactSucceeds([
        'plan',
        '-C',
        dir,
        '--cores-per-node',
        '16',
        '--nodes',
        '4',
        '--walltime',
        '30m',
        '--write',
      ]);
      expect(text.stdout).toContain('All runs had 4 cores');
      expect(text.stdout).toMatch(/half took what was predicted within a factor of 1\.\d\d/);
      expect(text.stdout).toContain('Written to oact.yaml:');
      const written = readFileSync(path, 'utf8');
      expect(written).toContain('# Ours.');
      expect(written).toContain('#   path: /path/to/orca');
      expect(written).toMatch(/maxNodes: 4/);
      const shown = JSON.parse((await oactSucceeds(['config', 'show', '-C', dir, '--json'])).stdout);
      expect(JSON.stringify(shown)).toContain('coresPerSlot');
    },
  );

  it('refuses a width that no node has', async () => {
    const { code, stderr } = await runOact(['plan', '-C', dir, '--cores-per-node', '2']);
    expect(code).toBe(2);
    expect(stderr).toContain('fits on a node of 2');
  });
});
