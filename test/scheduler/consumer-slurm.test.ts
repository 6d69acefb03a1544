import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSession } from '../../consumer/list-session.ts';
import { findPackageRoot } from '../../core/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { readRanks } from '../support/read-ranks.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../support/slurm.ts';

const script = join(findPackageRoot(), 'scheduler-scripts', 'consumer.slurm');
const recordCount = 24;

interface AttemptRow {
  record_id: number;
  attempt: number;
  outcome: string | null;
  node: string | null;
  allocation_id: string | null;
}

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('consumer.slurm on two nodes', () => {
  let slurm: Slurm;
  let home: CampaignDir;
  let dir: string;

  /** What a person does in a campaign directory. */
  const submit = (standInSeconds: string, ...flags: string[]): Promise<string> =>
    slurm.submit([script, '--slots', '2', '--cores-per-slot', '1', ...flags], {
      cwd: dir,
      env: {
        OACT: join(findPackageRoot(), 'bin', 'oact.js'),
        OACT_ORCA_PATH: standInPath,
        OACT_STANDIN_SECONDS: standInSeconds,
      },
    });
  const log = (jobId: string): string => readFileSync(join(dir, `consumer-${jobId}.log`), 'utf8');
  const select = <Row>(sql: string): Row[] => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const rows = db.prepare<[], Row>(sql).all();
    db.close();
    return rows;
  };
  const readAttempts = (): AttemptRow[] => select('select * from oact_attempts');

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await oactSucceeds(['redis', 'start'], { cwd: dir });
    await oactSucceeds(['enqueue', '--batch-size', '100'], { cwd: dir });
  });
  afterAll(async () => {
    await slurm.stop();
    await oactSucceeds(['redis', 'stop'], { cwd: dir });
    home.remove();
  });

  it('hands everything back when Slurm warns that the walltime ends, and ends well', async () => {
    const jobId = await submit('100', '--grace', '0');
    await expect.poll(() => readRanks(dir).length, { timeout: 20_000 }).toBe(4);
    const sessions = readRanks(dir).map(({ sid }) => sid);

    await slurm.run('scancel', '--batch', '--signal=USR1', jobId);

    await expect.poll(() => slurm.stateOf(jobId), { timeout: 15_000 }).toBe('COMPLETED');
    expect(log(jobId).match(/"signal":"SIGUSR1","forced":false/g)).toHaveLength(2);
    expect(log(jobId).match(/"endings":{"handed_back":2}/g)).toHaveLength(2);
    expect(sessions.flatMap(listSession)).toEqual([]);
    expect(select('select distinct status, fail_count from structures')).toEqual([
      { status: 'running', fail_count: 0 },
    ]);
    expect(readAttempts().filter(({ outcome }) => outcome !== null)).toEqual([]);
    const { stdout } = await oactSucceeds(['status', '--json'], { cwd: dir });
    expect(JSON.parse(stdout).queue).toMatchObject({ waiting: recordCount, active: 0, failed: 0 });
  }, 40_000);

  it('runs the whole queue on both nodes and gives them back when there is nothing left', async () => {
    const jobId = await submit('0.2', '--idle-timeout', '2s');
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 40_000, interval: 200 }).toBe('COMPLETED');
    await oactSucceeds(['reconcile', '--once'], { cwd: dir });

    expect(select('select status, count(*) as count from structures group by status')).toEqual([
      { status: 'completed', count: recordCount },
    ]);
    const attempts = readAttempts();
    expect(attempts).toHaveLength(recordCount);
    expect(new Set(attempts.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
    expect(new Set(attempts.map(({ allocation_id }) => allocation_id))).toEqual(new Set([jobId]));
  }, 60_000);
});
