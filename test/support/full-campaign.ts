import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCampaignDir } from './campaign-dir.ts';
import { exampleCsv, oactSucceeds, type RunningOact, runOact, standInPath, startOact } from './run-oact.ts';

export interface FullCampaign {
  dir: string;
  /** Settings of the commands that go on with it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

const count = 100;
/** Records 1 to 72 come to an end; 73 to 90 are on the queue, and some of them run; 91 to 100 wait in the database. */
const ended = 72;
const queued = 90;

/** What goes wrong, by row of the table, counted from 0. */
const orders: Record<number, string> = {
  3: 'scf_not_converged',
  9: 'scf_not_converged,needs:SlowConv',
  14: 'crash_module',
  20: 'memory_maxcore',
  27: 'input_keyword',
  33: 'linear_dependence',
  41: 'killed_midrun',
  48: 'suspicious_result',
  55: 'scf_not_converged,needs:MORead',
  60: 'truncated_gbw',
  66: 'input_basis',
};

/**
 * A campaign of a hundred records in every state, made by the commands that a user has, with the stand-in for ORCA and a Redis of
 * its own. Its running jobs optimize a geometry slowly, so that something moves.
 * @param options.slowSeconds what a running job takes
 */
export async function makeFullCampaign(options: { slowSeconds?: number } = {}): Promise<FullCampaign> {
  const root = makeCampaignDir();
  const dir = join(root.dir, 'actinides');
  const table = join(root.dir, 'structures.csv');
  writeFileSync(table, renderTable());
  const plan = join(root.dir, 'plan.json');
  const rules = Object.entries(orders).map(([row, fail]) => ({
    match: `/job_${Number(row) + 1}(/|$)`,
    fail,
  }));
  writeFileSync(plan, JSON.stringify([...rules, { match: '/job_7[12](/|$)', fail: 'hang' }]));
  const env = {
    OACT_STANDIN_PLAN: plan,
    OACT_STANDIN_SECONDS: '0.05',
  };
  const oact = async (...args: string[]): Promise<void> => {
    await oactSucceeds(['-C', dir, ...args], { env });
  };
  const node = ['--oversubscribe', '--cores-per-slot', '1', '--orca-path', standInPath];
  let consumer: RunningOact | undefined;
  const stop = async (): Promise<void> => {
    consumer?.child.kill('SIGTERM');
    consumer?.child.kill('SIGTERM');
    await consumer?.ended;
    await runOact(['-C', dir, 'redis', 'stop'], { env });
    root.remove();
  };
  try {
    await oactSucceeds(['init', dir, '--csv', table, '--multiplicity-column', 'spin', '--keep-duplicates']);
    await oact('redis', 'start');
    await oact('run', '--ids', `1-${ended - 2}`, '--slots', '4', ...node);
    await oact(
      'run',
      '--ids',
      `${ended - 1}-${ended}`,
      '--slots',
      '2',
      '--job-timeout',
      '2s',
      '--no-retry',
      ...node,
    );
    await oact('enqueue', '--ids', `${ended + 1}-${queued}`, '--optimizer', 'orca', '--order', 'id');
    consumer = startOact(['-C', dir, 'consume', '--slots', '4', ...node], {
      env: { ...env, OACT_STANDIN_SECONDS: String(options.slowSeconds ?? 600) },
    });
    await untilJobsAreSeen(dir, env);
    return { dir, env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A consumer announces what its jobs do some seconds after they began. */
async function untilJobsAreSeen(dir: string, env: Record<string, string>): Promise<void> {
  const deadlineMs = Date.now() + 120_000;
  while (Date.now() < deadlineMs) {
    const { stdout } = await oactSucceeds(['-C', dir, 'status', '--json'], { env });
    if (/"phase": ?"(?!start)/.test(stdout)) return;
  }
  throw new Error('no running job was announced');
}

/** The example's structures again and again. */
function renderTable(): string {
  const [header = '', ...rows] = readFileSync(exampleCsv, 'utf8')
    .trimEnd()
    .split(/\n(?=[A-Z][a-z]?_[^,\n]*,)/);
  const body = Array.from({ length: count }, (_, index) => rows[index % rows.length] ?? '');
  return `${[header, ...body].join('\n')}\n`;
}
