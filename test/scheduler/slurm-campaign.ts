import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../support/run-oact.ts';
import type { Slurm } from '../support/slurm.ts';

export interface AttemptRow {
  record_id: number;
  attempt: number;
  outcome: string | null;
  node: string | null;
  allocation_id: string | null;
  starts: number;
  lost: number;
  handed_back: number;
}

export interface RecordRow {
  id: number;
  status: string;
  fail_count: number;
}

/** A campaign with a Redis of its own whose consumers run on emulated nodes, as a person would have it. */
export interface SlurmCampaign {
  dir: string;
  /** `sbatch consumer.slurm` with further flags of `oact consume`. @returns the job id */
  submit(standInSeconds: string, ...flags: string[]): Promise<string>;
  /** The same, with options of sbatch. */
  submitWith(sbatchFlags: string[], standInSeconds: string, ...flags: string[]): Promise<string>;
  oact(...args: string[]): Promise<string>;
  log(jobId: string): string;
  countInLog(jobId: string, text: string): number;
  attempts(): AttemptRow[];
  records(): RecordRow[];
  queue(): Promise<Record<string, number>>;
  /** `oact reconcile`, which settles and takes back what was lost. */
  reconcile(): { stop: () => Promise<void> };
  /** Ids of the processes that work in a job directory: ORCA's, whatever group or session they are in. */
  processes(): string[];
  stop(): Promise<void>;
}

/** @param records how many of the example's records are put on the queue */
export async function startSlurmCampaign(slurm: Slurm, records: number): Promise<SlurmCampaign> {
  const home = makeCampaignDir();
  const dir = join(home.dir, 'campaign');
  const oact = async (...args: string[]): Promise<string> => (await oactSucceeds(args, { cwd: dir })).stdout;
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  await oact('redis', 'start');
  await oact('enqueue', '--ids', `1-${records}`);
  const select = <Row>(sql: string): Row[] => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const rows = db.prepare<[], Row>(sql).all();
    db.close();
    return rows;
  };
  const log = (jobId: string): string => {
    const path = join(dir, `consumer-${jobId}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const submitWith: SlurmCampaign['submitWith'] = (sbatchFlags, standInSeconds, ...flags) =>
    slurm.submit([...sbatchFlags, 'consumer.slurm', '--slots', '2', '--cores-per-slot', '1', ...flags], {
      cwd: dir,
      env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: standInSeconds },
    });
  return {
    dir,
    oact,
    submit: (standInSeconds, ...flags) => submitWith([], standInSeconds, ...flags),
    submitWith,
    log,
    countInLog: (jobId, text) => log(jobId).split(text).length - 1,
    attempts: () => select('select * from oact_attempts order by record_id, attempt'),
    records: () => select(`select id, status, fail_count from structures where id <= ${records} order by id`),
    queue: async () => JSON.parse(await oact('status', '--json')).queue,
    reconcile: () => {
      const { child, ended } = startOact(['reconcile', '--stalled-interval', '1'], { cwd: dir });
      const stop = async (): Promise<void> => {
        child.kill('SIGTERM');
        await ended;
      };
      return { stop };
    },
    processes: () => listProcessesIn(join(dir, 'jobs')),
    stop: async () => {
      await oact('redis', 'stop');
      home.remove();
    },
  };
}

function listProcessesIn(dir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(dir);
    } catch {
      return false;
    }
  });
}
