import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createJobDirFinder } from '../../../cli/campaign/find-job-dirs.ts';
import { judgeOutput } from '../../../consumer/files/judge-output.ts';
import { finishPublishing } from '../../../consumer/files/publish-result.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { auditQueue } from '../../../producer/audit/audit-queue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { mendRecords } from '../../../reconciler/mend-records.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { converged, endMarker, footer, head } from '../../orca/an-output.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../../producer/a-campaign.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { playMode } from '../../support/dashboard/play-modes.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aResult } from '../../workflow/sample-workflow.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';

/** A checkout of https://github.com/santi921/oact_utils; it is never part of this repository. */
const upstream = process.env['OACT_UPSTREAM'] ?? '';
const python = process.env['OACT_UPSTREAM_PYTHON'] ?? 'python3';
const hasPandas = upstream !== '' && spawnSync(python, ['-c', 'import pandas']).status === 0;
/** What the dashboard's modules import and do not need here. */
const imports = `pandas,numpy,ase,ase.io,ase.io.trajectory,ase.calculators,ase.calculators.orca,ase.optimize,spyrmsd,spyrmsd.rmsd,periodictable,sella`;

/** The calls of the document, each with what it says of it. */
const calls = [
  ...readFileSync(join(findPackageRoot(), 'docs', 'from-parsl.md'), 'utf8').matchAll(
    /^\| `dashboard DB ?([^`]*)` +\| (yes|no) +\|/gm,
  ),
].map(([, flags = '', safe = '']) => [flags, safe] as const);

const good = `${[...head(), ...converged, ...endMarker].join('\n')}\n`;
const bad = `${[...head(), 'SCF NOT CONVERGED AFTER 125 CYCLES', ...footer].join('\n')}\n`;
const cut = `${[...head(), ...converged].join('\n')}\n`;
const failure = {
  kind: 'failed',
  class: 'scf_not_converged',
  reason: 'SCF said no',
  retryable: true,
} as const;

type Row = { id: number; status: string; fail_count: number; final_energy: number | null };

async function dashboard({ workflow, jobRoot }: LoginNode, flags: string): Promise<string> {
  const words = flags.split(' ').filter((word) => word !== '');
  const args = words.map((word) => (word === 'ROOT' ? jobRoot : word));
  const driver = join(findPackageRoot(), 'test', 'support', 'dashboard', 'run-dashboard.py');
  const { stdout } = await promisify(execFile)(python, [driver, imports, workflow.path, ...args], {
    env: { ...process.env, PYTHONPATH: upstream },
  });
  return stdout;
}

async function reconcile({ workflow, queue, redis: client, jobRoot }: LoginNode): Promise<void> {
  await sweepFinished(workflow, client, { rulesOf: rowOf, lane: 'default', jobRoot, log: silentLog });
  await auditQueue(workflow, queue, client, { lane: 'default' });
  const jobDirOf = createJobDirFinder(jobRoot, 'job_{orig_index}');
  await mendRecords(
    workflow,
    { jobDirOf, judgeOutput, hasOwnDirs: false },
    {
      campaignId: workflow.campaignId,
      isDryRun: false,
      signal: new AbortController().signal,
      onStep: () => undefined,
      onProgress: () => undefined,
      finishFiles: finishPublishing,
    },
    null,
  );
}

const rowsOf = ({ workflow }: LoginNode): Row[] =>
  workflow.db
    .prepare<[], Row>('select id, status, fail_count, final_energy from structures order by id')
    .all();

const stale = ({ workflow }: LoginNode): unknown[] =>
  workflow.db.prepare(`select * from oact_attempts where outcome = 'stale'`).all();

it('the document has a row for each mode of the dashboard that writes', () => {
  const flags = calls.map(([flag]) => flag).join(' ');
  for (const mode of [
    '--update',
    '--recompute-metrics',
    '--extract-metrics',
    '--recheck-completed',
    '--reset-missing',
  ])
    expect(flags).toContain(mode);
  for (const mode of ['--fix-unlinked', '--recover-orphans', '--reset-failed', '--reset-timeout'])
    expect(flags).toContain(mode);
});

const redis = useRedis();

/** 1 published and not settled, 2 running, 3 waiting; 4 failed, 5 timed out, 6 completed, each settled; 7 and 8 wait in the table. */
async function aLiveCampaign(): Promise<LoginNode> {
  const node = await makeLoginNode(
    redis.address,
    Array.from({ length: 8 }, () => ({})),
  );
  const { workflow, queue, jobRoot } = node;
  // The dashboard's own pattern.
  const batch = { ...node.batch, jobDirPattern: 'job_{orig_index}' };
  const write = (id: number, name: string, text: string): void => {
    const path = join(jobRoot, `job_${id - 1}`, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  await enqueue(workflow, queue, aSelection({ ids: [{ from: 1, to: 6 }] }), batch);
  const hand = aHand(redis.address, workflow.campaignId, { jobRoot });
  write(1, 'orca.out', good);
  await hand.end({ kind: 'completed' });
  await hand.take();
  write(2, 'attempt-1/run-0-a/orca.out', `${cut}Last DIIS Error 0.1\n`);
  write(4, 'orca.out', bad);
  write(5, 'orca.out', cut);
  write(6, 'orca.out', good);
  const outcomes = [failure, { kind: 'timed_out', reason: 'limit' } as const, { kind: 'completed' } as const];
  settleJobs(
    workflow,
    outcomes.map((outcome, index) => {
      const recordId = 4 + index;
      const result = aResult(recordId, 1, { campaignId: workflow.campaignId, outcome });
      write(recordId, 'attempt-1/result.json', JSON.stringify(result));
      return { recordId, attempt: 1, outcome, result };
    }),
  );
  await auditQueue(workflow, queue, node.redis, { lane: 'default' });
  return node;
}

/** What oact alone would have made of the campaign. */
const right = [
  { id: 1, status: 'completed', fail_count: 0, final_energy: expect.any(Number) },
  { id: 2, status: 'running', fail_count: 0, final_energy: null },
  { id: 3, status: 'running', fail_count: 0, final_energy: null },
  { id: 4, status: 'failed', fail_count: 1, final_energy: null },
  { id: 5, status: 'timeout', fail_count: 0, final_energy: null },
  { id: 6, status: 'completed', fail_count: 0, final_energy: expect.any(Number) },
  { id: 7, status: 'to_run', fail_count: 0, final_energy: null },
  { id: 8, status: 'to_run', fail_count: 0, final_energy: null },
];

/** Played: the writes alone, which every machine can test. */
const players = [
  {
    name: 'as its code writes',
    isThere: true,
    call: ({ workflow, jobRoot }: LoginNode, flags: string) => {
      playMode(workflow.path, flags, jobRoot);
      return Promise.resolve();
    },
  },
  {
    name: 'itself (set OACT_UPSTREAM to a checkout)',
    isThere: upstream !== '',
    call: async (node: LoginNode, flags: string) =>
      expect(await dashboard(node, flags)).toContain('Workflow Status Summary'),
  },
];

for (const { name, isThere, call } of players)
  describe.skipIf(!isThere)(`the existing dashboard ${name}`, { timeout: 120_000 }, () => {
    /** The statistics of the dashboard are computed by pandas. */
    const runnable = calls.filter(([flags]) => hasPandas || !flags.includes('--show-metrics'));

    it.each(runnable.filter(([, safe]) => safe === 'yes'))('dashboard DB %s is safe', async (flags) => {
      const node = await aLiveCampaign();
      await call(node, flags);
      await reconcile(node);
      expect(rowsOf(node)).toEqual(right);
      expect(stale(node)).toEqual([]);
      expect(await node.waiting()).toEqual(['c3-a1']);
    });

    it.each(runnable.filter(([, safe]) => safe === 'no'))('dashboard DB %s is not', async (flags) => {
      const node = await aLiveCampaign();
      await call(node, flags);
      await reconcile(node);
      expect(rowsOf(node)).not.toEqual(right);
    });
  });
