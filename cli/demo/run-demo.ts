import { existsSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { discoverCores } from '../../consumer/cores/discover-cores.ts';
import { readVariable, setVariable } from '../../core/config/environment.ts';
import { ensureToken } from '../../board/server/board-token.ts';
import { type Campaign, loadCampaign } from '../../core/config/load-config.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { listLatestFailures } from '../../workflow/reports/list-latest-failures.ts';
import { listResults } from '../../workflow/results/list-results.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { explainJob } from '../job/explain/explain-job.ts';
import { readJobFacts } from '../job/explain/read-job-facts.ts';
import { readRecord } from '../job/read-record.ts';
import { print } from '../terminal/print.ts';
import { type DemoEnd, nameOfProgram, renderDemoEnd } from './render-demo-end.ts';
import { renderResults } from './render-results.ts';
import { runInit } from '../campaign/run-init.ts';
import { runCampaign } from '../serve/run-on-this-machine.ts';

/** Seconds that a stand-in calculation takes, and the limit that the hanging one meets. */
const calculationSeconds = '0.6-2';
const timeLimitSeconds = 6;
/** What the stand-in does on purpose, by directory: one fails as ORCA does, one never ends. */
const misbehaviour = [
  { match: '/job_8/', fail: 'scf_not_converged' },
  { match: '/job_16/', fail: 'hang' },
];

/** `demo-campaign`, or `demo-campaign-2` when that is taken. */
function freeDir(wanted: string): string {
  for (let number = 1; ; number++) {
    const dir = resolve(number === 1 ? wanted : `${wanted}-${number}`);
    if (!existsSync(dir)) return dir;
  }
}

export async function runDemo(wanted: string): Promise<void> {
  const root = findPackageRoot();
  const dir = freeDir(wanted);
  print('This demo uses a stand-in for ORCA. The pipeline is real; the energies are not chemistry.\n');
  await runInit(dir, {
    csv: join(root, 'examples', 'actinides-24.csv'),
    multiplicityColumn: 'spin',
    extraColumns: 'metal:TEXT',
  });
  const planFile = join(dir, 'stand-in-plan.json');
  writeFileSync(planFile, JSON.stringify(misbehaviour));
  setVariable('OACT_STANDIN_PLAN', planFile);
  setVariable('OACT_STANDIN_SECONDS', calculationSeconds);
  const coreCount = discoverCores().length;
  const coresPerSlot = coreCount >= 4 ? 2 : 1;
  const campaign = loadCampaign(dir);
  await runCampaign(
    campaign,
    {
      batchSize: 24,
      order: 'id',
      slots: Math.min(4, Math.floor(coreCount / coresPerSlot)),
      coresPerSlot,
      orcaPath: join(root, 'stand-in', 'orca'),
      jobTimeout: timeLimitSeconds,
    },
    false,
  );
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  print(`\n${renderResults(listResults(workflow))}`);
  const failed = await explainOne(campaign, workflow);
  workflow.close();
  const near = relative('', dir);
  const shown = near.startsWith('..') ? dir : near;
  const program = nameOfProgram({
    script: process.argv[1] ?? '',
    npmCommand: readVariable('npm_command'),
    root,
    workingDir: process.cwd(),
  });
  print(`\n${renderDemoEnd({ program, dir: shown, token: ensureToken(dir), failed })}`);
}

/** The record that failed as ORCA does; what failed otherwise is second best. */
async function explainOne(campaign: Campaign, workflow: Workflow): Promise<DemoEnd['failed']> {
  const failures = listLatestFailures(workflow, 10);
  const one = failures.find((row) => row.class !== 'timed_out') ?? failures[0];
  if (one === undefined) return null;
  const record = readRecord(workflow, one.recordId);
  const { text } = explainJob(await readJobFacts(campaign, workflow, record), new Date());
  return { id: record.id, name: record.name, text };
}
