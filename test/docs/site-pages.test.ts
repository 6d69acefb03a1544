import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { mergeSites, resolveSite } from '../../scheduler/sites/merge-sites.ts';
import { builtInSitesDir } from '../../scheduler/sites/load-sites.ts';
import { findOnPath } from '../../consumer/fitness/find-on-path.ts';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../support/run-oact.ts';
import { hasSlurm, startSlurm } from '../support/schedulers/slurm.ts';
import { type DocShell, openDocShell, readBlocks } from './doc-shell.ts';

const execute = promisify(execFile);
const recordCount = 24;

function environmentOutsideJobs(): Record<string, string> {
  const foreign = /^(OACT|SLURM|SBATCH|SQUEUE|FLUX|PBS)_/;
  return Object.fromEntries(Object.entries(inheritedEnvironment()).filter(([name]) => !foreign.test(name)));
}

/** A reader with an empty directory, `oact` on the PATH, and the settings of this machine. */
function startReader(env: Record<string, string> = {}): { shell: DocShell; campaign: string } {
  const home = makeCampaignDir();
  const bin = join(home.dir, 'bin');
  mkdirSync(bin);
  symlinkSync(join(findPackageRoot(), 'bin', 'oact.js'), join(bin, 'oact'));
  const campaign = join(home.dir, 'campaign');
  const shell = openDocShell({
    cwd: home.dir,
    env: {
      ...environmentOutsideJobs(),
      ...env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      CAMPAIGN: campaign,
      TABLE: exampleCsv,
      ORCA: standInPath,
      LOGIN_ADDRESS: '127.0.0.1',
      REDIS_DATA: join(home.dir, 'redis'),
      CORES_PER_SLOT: '1',
      OACT_STANDIN_SECONDS: '0.2',
    },
  });
  onTestFinished(async () => {
    await shell.close();
    // Harmless after the page's own last block.
    await oactSucceeds(['redis', 'stop', '-C', campaign]).catch(() => undefined);
    home.remove();
  });
  return { shell, campaign };
}

const statusOf = async (campaign: string): Promise<{ completed: number }> =>
  JSON.parse((await oactSucceeds(['status', '--json', '-C', campaign])).stdout).database;

const isSubmission = (block: string): boolean => /^(sbatch|flux batch) /m.test(block);

/**
 * Types the page's blocks; where jobs are submitted, until all of the table is done. The page has two ways: behind the first one, all
 * records are made to run again.
 */
async function followPage(
  page: string,
  shell: DocShell,
  campaign: string,
  afterFirstWay: (output: string) => Promise<void>,
): Promise<string> {
  const blocks = readBlocks(page);
  expect(blocks.filter(isSubmission)).toHaveLength(2);
  let output = '';
  let ways = 0;
  for (const block of blocks) {
    output += await shell.type(block);
    if (!isSubmission(block)) continue;
    await expect
      .poll(async () => (await statusOf(campaign)).completed, { timeout: 120_000, interval: 500 })
      .toBe(recordCount);
    ways += 1;
    if (ways > 1) continue;
    await afterFirstWay(output);
    await oactSucceeds(['requeue', '--status', 'completed', '--yes', '-C', campaign]);
  }
  return output;
}

const jobIds = (text: string): string[] =>
  [...text.matchAll(/Submitted batch job (\d+)/g)].map(([, id = '']) => id);

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('docs/sites/slurm.md', () => {
  it('leads from nothing to a finished campaign, block by block, on an emulated Slurm of two nodes', async () => {
    const slurm = await startSlurm({ nodes: 2 });
    onTestFinished(() => slurm.stop());
    const { shell, campaign } = startReader({ ...slurm.env, PARTITION: 'main' });
    // The first way ends by itself, and so does its chain.
    const output = await followPage('sites/slurm.md', shell, campaign, async (said) => {
      const [all = ''] = jobIds(said);
      const log = (): string => readFileSync(join(campaign, `campaign-${all}.log`), 'utf8');
      await slurm.becomes(all, 'COMPLETED').catch((cause: unknown) => {
        throw new Error(`the log ends with\n${log().slice(-6000)}`, { cause });
      });
      expect(await slurm.run('squeue', '--noheader')).toBe('');
      expect(log()).toContain('ssh ');
    });
    const jobId = jobIds(output).at(-1) ?? '';
    // The last blocks drained the consumers, which is a good end.
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 30_000 }).toBe('COMPLETED');
    expect(readFileSync(join(campaign, `consumer-${jobId}.log`), 'utf8')).toContain('"endings"');
  }, 400_000);
});

/** Unlike what hasPrograms looks for, Flux is in no distribution: it is skipped under CI, too. */
function hasFlux(): boolean {
  const found = findOnPath('flux', process.env['PATH'] ?? '') !== undefined;
  if (!found) process.stdout.write('docs/sites/flux.md is not run: this machine has no flux\n');
  return found;
}

describe.skipIf(!hasFlux())('docs/sites/flux.md', () => {
  it('leads from nothing to a finished campaign, block by block, in a Flux of two brokers', async () => {
    const home = makeCampaignDir();
    const uri = join(home.dir, 'local-0');
    const flux = openDocShell({ cwd: home.dir, env: environmentOutsideJobs() });
    onTestFinished(async () => {
      await flux.close();
      home.remove();
    });
    await flux.type(
      `flux start --test-size=2 --test-hosts='n[1-2]' --test-rundir=${home.dir} sleep infinity &
       until FLUX_URI=local://${uri} flux resource list -no '{nnodes}' -s free 2>/dev/null | grep -qx 2; do :; done`,
    );
    const { shell, campaign } = startReader({ FLUX_URI: `local://${uri}`, BANK: '', QUEUE: '' });
    const output = await followPage('sites/flux.md', shell, campaign, () => Promise.resolve());
    expect(output).toContain('oact-camp');
  }, 400_000);
});

describe.skipIf(!hasPrograms('redis-server', 'shellcheck'))('docs/sites/pbs.md', () => {
  it('works as far as no PBS is needed, and its script is sound', async () => {
    const { shell, campaign } = startReader();
    for (const block of readBlocks('sites/pbs.md')) await shell.type(block);
    for (const name of ['campaign.pbs', 'consumer.pbs']) {
      const script = join(campaign, name);
      await execute('shellcheck', [script]);
      expect(readFileSync(script, 'utf8')).toMatch(/^#PBS -l select=2:ncpus=128:mpiprocs=1$/m);
    }
  }, 120_000);

  it('says at its beginning that it has not run on a real PBS', () => {
    const page = readFileSync(join(findPackageRoot(), 'docs', 'sites', 'pbs.md'), 'utf8');
    expect(page.slice(0, 200)).toContain('not run on a real PBS');
  });
});

it.each(['slurm', 'flux'])('the site that docs/sites/%s.md shows is one', (name) => {
  const page = readFileSync(join(findPackageRoot(), 'docs', 'sites', `${name}.md`), 'utf8');
  const own: unknown = parse(/^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '');
  const parent = name === 'slurm' ? 'perlmutter-cpu' : 'tuolumne';
  const base: unknown = parse(readFileSync(join(builtInSitesDir(), `${parent}.yaml`), 'utf8'));
  const sites = mergeSites([
    { source: 'oact', sites: { [parent]: base } },
    { source: 'own', sites: { mine: own } },
  ]);
  expect(resolveSite('mine', sites).modules?.value).toEqual(['nodejs/20']);
});
