import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { discoverCores } from '../../consumer/cores/discover-cores.ts';
import { setVariable } from '../../core/config/environment.ts';
import { loadCampaign } from '../../core/config/load-config.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { listResults } from '../../workflow/results/list-results.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print } from '../terminal/print.ts';
import { renderResults } from './render-results.ts';
import { runInit } from '../campaign/run-init.ts';
import { runCampaign } from './run-on-this-machine.ts';

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
  workflow.close();
  print(`
All files: ${dir}
  workflow.db              the table that the existing tools read, too
  jobs/job_1/orca.out      an output; jobs/job_8 failed, jobs/job_16 ran into its time limit
  logs/run.log             what happened, line by line
Look at it: oact status -C ${dir}`);
}
