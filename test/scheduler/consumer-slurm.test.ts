import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../support/slurm.ts';

const recordCount = 24;

interface AttemptRow {
  attempt: number;
  outcome: string | null;
  node: string | null;
  allocation_id: string | null;
}

/** The processes that work in a directory or below it: those of ORCA, whatever group or session they are in. */
function listProcessesIn(dir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(dir);
    } catch {
      return false;
    }
  });
}

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('consumer.slurm on two nodes', () => {
  let slurm: Slurm;
  let home: CampaignDir;
  let dir: string;

  /** What a person does in a campaign directory. */
  const submit = (standInSeconds: string, ...flags: string[]): Promise<string> =>
    slurm.submit(['consumer.slurm', '--slots', '2', '--cores-per-slot', '1', ...flags], {
      cwd: dir,
      env: {
        OACT_ORCA_PATH: standInPath,
        OACT_STANDIN_SECONDS: standInSeconds,
      },
    });
  const readLog = (jobId: string): string => {
    const path = join(dir, `consumer-${jobId}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const countInLog = (jobId: string, text: string): number => readLog(jobId).split(text).length - 1;
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
  // A test that failed half-way must not leave its nodes busy to the next one.
  afterEach(() => slurm.cancelJobs());
  afterAll(async () => {
    await slurm.stop();
    await oactSucceeds(['redis', 'stop'], { cwd: dir });
    home.remove();
  });

  it('hands everything back when Slurm warns that the walltime ends, and ends well', async () => {
    const jobId = await submit('100', '--grace', '0');
    await expect.poll(() => countInLog(jobId, '"job started"'), { timeout: 20_000 }).toBe(4);
    await expect.poll(() => listProcessesIn(join(dir, 'jobs')).length).toBeGreaterThanOrEqual(4);

    await slurm.run('scancel', '--batch', '--signal=USR1', jobId);

    await expect.poll(() => slurm.stateOf(jobId), { timeout: 15_000 }).toBe('COMPLETED');
    expect(countInLog(jobId, '"signal":"SIGUSR1","forced":false')).toBe(2);
    expect(countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    expect(listProcessesIn(join(dir, 'jobs'))).toEqual([]);
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

    expect(select("select id, status, error_message from structures where status <> 'completed'")).toEqual(
      [],
    );
    const attempts = readAttempts();
    expect(attempts).toHaveLength(recordCount);
    expect(new Set(attempts.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
    expect(new Set(attempts.map(({ allocation_id }) => allocation_id))).toEqual(new Set([jobId]));
  }, 60_000);
});
