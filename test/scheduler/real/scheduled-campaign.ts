import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { findVariable, readProcessTable } from '../../support/machine/process-table.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';

/** What a campaign needs of a scheduler. */
export interface Submitter {
  /** The script of `oact init` that is submitted. */
  script: 'consumer.slurm' | 'consumer.flux';
  /** Submits from a directory with variables that the job shall see. @returns the job id */
  submit(args: string[], options: { cwd: string; env: Record<string, string> }): Promise<string>;
}

/** So soon a job whose node is gone comes again. */
export const shortLocks = ['--lock-seconds', '6', '--renew-seconds', '1'];

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
export interface ScheduledCampaign {
  dir: string;
  /** Submits the script with further flags of `oact consume`. @returns the job id */
  submit(standInSeconds: string, ...flags: string[]): Promise<string>;
  /** The same, with options of the scheduler and more variables. */
  submitWith(
    options: { scheduler?: string[]; env?: Record<string, string> },
    standInSeconds: string,
    ...flags: string[]
  ): Promise<string>;
  oact(...args: string[]): Promise<string>;
  log(jobId: string): string;
  countInLog(jobId: string, text: string): number;
  attempts(): AttemptRow[];
  records(): RecordRow[];
  queue(): Promise<Record<string, number>>;
  /** `oact reconcile`, which settles and takes back what was lost. */
  reconcile(): { stop: () => Promise<void> };
  /** The processes that work in a job directory: ORCA's, whatever group or session they are in. */
  processes(): OrcaProcess[];
  /** By node, `SLOT: MASK` of what runs in each of its slots. */
  masks(): Record<string, string[]>;
  /** All four slots of both nodes are at work. */
  underWay(jobId: string): Promise<void>;
  allCompleted(): Promise<void>;
  /** All jobs wait, none was counted, and nothing of ORCA is left. */
  everythingWasHandedBack(): Promise<void>;
  /** Settles what is left: each record has one completed attempt. */
  everythingCompletes(): Promise<void>;
  stop(): Promise<void>;
}

/** A process of ORCA's, and where it is by what its ancestors know. */
export interface OrcaProcess {
  pid: number;
  mask: string;
  /** Of OACT_SLOT. */
  slot: string | undefined;
  /** The scheduler's name of its node; undefined when its consumer is gone. */
  node: string | undefined;
}

/** @param records how many of the example's records are put on the queue */
export async function startScheduledCampaign(
  scheduler: Submitter,
  records: number,
  { enqueue = [] as string[] } = {},
): Promise<ScheduledCampaign> {
  const home = makeCampaignDir();
  const dir = join(home.dir, 'campaign');
  const oact = async (...args: string[]): Promise<string> => (await oactSucceeds(args, { cwd: dir })).stdout;
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  await oact('redis', 'start');
  await oact('enqueue', '--ids', `1-${records}`, ...enqueue);
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
  const submitWith: ScheduledCampaign['submitWith'] = (options, standInSeconds, ...flags) =>
    scheduler.submit(
      [...(options.scheduler ?? []), scheduler.script, '--slots', '2', '--cores-per-slot', '1', ...flags],
      {
        cwd: dir,
        env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: standInSeconds, ...options.env },
      },
    );
  const readAttempts = (): AttemptRow[] => select('select * from oact_attempts order by record_id, attempt');
  const readRecords = (): RecordRow[] =>
    select(`select id, status, fail_count from structures where id <= ${records} order by id`);
  const countInLog = (jobId: string, text: string): number => log(jobId).split(text).length - 1;
  const queue = async (): Promise<Record<string, number>> => JSON.parse(await oact('status', '--json')).queue;
  const processes = (): OrcaProcess[] => listOrcaProcesses(join(dir, 'jobs'));
  return {
    dir,
    oact,
    submit: (standInSeconds, ...flags) => submitWith({}, standInSeconds, ...flags),
    submitWith,
    log,
    countInLog,
    attempts: readAttempts,
    records: readRecords,
    queue,
    reconcile: () => {
      const { child, ended } = startOact(['reconcile', '--stalled-interval', '1'], { cwd: dir });
      const stop = async (): Promise<void> => {
        child.kill('SIGTERM');
        await ended;
      };
      return { stop };
    },
    processes,
    masks: () => {
      const byNode: Record<string, string[]> = {};
      for (const { node = '', slot, mask } of processes()) (byNode[node] ??= []).push(`${slot}: ${mask}`);
      for (const [node, slots] of Object.entries(byNode)) byNode[node] = [...new Set(slots)].toSorted();
      return byNode;
    },
    async underWay(jobId) {
      try {
        await expect.poll(() => countInLog(jobId, '"job started"'), { timeout: 60_000 }).toBe(4);
      } catch (cause) {
        // Which node, and why, stands nowhere else, and is gone with the campaign.
        throw new Error(`not all jobs were started; the log ends with\n${log(jobId).slice(-6000)}`, {
          cause,
        });
      }
      await expect.poll(() => processes().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
    },
    allCompleted: () =>
      expect
        .poll(() => readRecords().filter(({ status }) => status === 'completed').length, {
          timeout: 90_000,
          interval: 200,
        })
        .toBe(records),
    async everythingWasHandedBack() {
      await expect.poll(processes, { timeout: 20_000 }).toEqual([]);
      expect(await queue()).toMatchObject({ waiting: records, active: 0, failed: 0 });
      expect(readAttempts().map(({ outcome }) => outcome)).toEqual(
        Array.from({ length: records }, () => null),
      );
      expect(readRecords().map(({ status, fail_count }) => [status, fail_count])).toEqual(
        Array.from({ length: records }, () => ['running', 0]),
      );
    },
    async everythingCompletes() {
      await oact('reconcile', '--once');
      expect(readRecords().map(({ status, fail_count }) => [status, fail_count])).toEqual(
        Array.from({ length: records }, () => ['completed', 0]),
      );
      expect(readAttempts().map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
        Array.from({ length: records }, () => [1, 'completed']),
      );
      expect(processes()).toEqual([]);
    },
    stop: async () => {
      await oact('redis', 'stop');
      home.remove();
    },
  };
}

function listOrcaProcesses(dir: string): OrcaProcess[] {
  const table = readProcessTable();
  return [...table.values()]
    .filter((entry) => entry.dir.startsWith(dir))
    .map(({ pid, mask, env }) => ({
      pid,
      mask,
      slot: env['OACT_SLOT'],
      node:
        findVariable(pid, 'SLURMD_NODENAME', table) ?? nodeOfTask(findVariable(pid, 'FLUX_TASK_RANK', table)),
    }));
}

/** Emulated nodes of Flux do not know their names; the scripts start one task on each. */
function nodeOfTask(rank: string | undefined): string | undefined {
  return rank === undefined ? undefined : `n${Number(rank) + 1}`;
}
