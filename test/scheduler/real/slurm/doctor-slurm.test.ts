import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../../support/campaign-dir.ts';
import { hasPrograms } from '../../../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';

describe.skipIf(!hasSlurm() || !hasPrograms('mpirun', 'taskset'))('inside an srun step of real Slurm', () => {
  let slurm: Slurm;
  let home: CampaignDir;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 1 });
    home = makeCampaignDir();
  });
  afterAll(async () => {
    await slurm.cancelJobs();
    await slurm.stop();
    home.remove();
  });

  it('a bare mpirun does not start its ranks; as ORCA gets it, it does, and the doctor says so', async () => {
    const oact = join(findPackageRoot(), 'bin', 'oact.js');
    const script = join(home.dir, 'job.sh');
    const doctor = join(home.dir, 'doctor.json');
    const bare = join(home.dir, 'bare');
    const done = join(home.dir, 'done');
    writeFileSync(
      join(home.dir, 'step.sh'),
      `timeout --signal=KILL 5 mpirun --allow-run-as-root --oversubscribe -np 2 true </dev/null >/dev/null 2>&1; echo $? >${bare}
${process.execPath} ${oact} doctor node --json --slots 1 >${doctor}; echo $? >${done}\n`,
    );
    writeFileSync(
      script,
      `#!/bin/bash
#SBATCH --nodes=1 --exclusive --time=5 --output=${home.dir}/log
srun --ntasks-per-node=1 --cpu-bind=none --mpi=none bash ${home.dir}/step.sh\n`,
    );
    await slurm.submit([script], { cwd: home.dir, env: { OACT_NODE_MPIRUN_PROBE: '10s' } });
    await expect.poll(() => existsSync(done), { timeout: 60_000, interval: 200 }).toBe(true);
    // 137: killed, because it hung.
    expect(readFileSync(bare, 'utf8').trim()).not.toBe('0');
    const report = JSON.parse(readFileSync(doctor, 'utf8'));
    expect(report.checks).toContainEqual(
      expect.objectContaining({
        check: 'mpirun',
        status: 'ok',
        message: expect.stringContaining('stay in slot 0'),
      }),
    );
    expect(report.checks).toContainEqual(
      expect.objectContaining({ check: 'allocation', message: expect.stringMatching(/^slurm \d+ on n1/) }),
    );
    expect(readFileSync(done, 'utf8').trim()).toBe('0');
  }, 90_000);
});
