import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, type OactRun, runOact } from '../../support/run-oact.ts';

const planSchema = z.object({
  scheduler: z.string(),
  nodes: z.number(),
  walltimeSeconds: z.number(),
  unverified: z.array(z.string()),
  script: z.string(),
});
const sitesSchema = z.record(
  z.string(),
  z.object({ cores: z.object({ value: z.number(), source: z.string().nullable() }).optional() }),
);

let home: CampaignDir;
beforeEach(() => {
  home = makeCampaignDir();
});
afterEach(() => home.remove());

/** As somebody whose home directory is empty but for what the test puts there. */
const alloc = (...args: string[]): Promise<OactRun> =>
  runOact(['alloc', ...args], { cwd: home.dir, env: { HOME: home.dir } });

function writeOwnSite(): void {
  const dir = join(home.dir, '.config', 'oact', 'sites');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'mine.yaml'), 'extends: frontier\ncores: 128\nqueue: long\naccount: chm1\n');
}

describe('oact alloc script', () => {
  it('prints a script and nothing else, and says on the side what nobody has verified', async () => {
    const run = await alloc('script', '--site', 'perlmutter-cpu', '--account', 'm1234', '--nodes', '3');
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^#!\/bin\/bash\n/);
    expect(run.stdout).toContain('\n#SBATCH --nodes=3\n');
    expect(run.stdout).toMatch(/\noact=\$\{OACT:-\/.*bin\/oact\.js\}\n/);
    expect(run.stderr).toContain('these values of perlmutter-cpu are not verified: constraint, limits');
  });

  it('as JSON: what was chosen, and the script', async () => {
    const run = await alloc('script', '--scheduler', 'flux', '--walltime', '90m', '--json');
    expect(planSchema.parse(JSON.parse(run.stdout))).toMatchObject({
      scheduler: 'flux',
      nodes: 2,
      walltimeSeconds: 5400,
      unverified: [],
    });
  });

  it('writes a file, and not over one without --force', async () => {
    const args = ['script', '--scheduler', 'slurm', '--output', 'my.slurm', '--partition'];
    expect((await alloc(...args, 'a')).stdout).toContain('sbatch my.slurm');
    const again = await alloc(...args, 'b');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('--force');
    expect((await alloc(...args, 'b', '--force')).code).toBe(0);
    expect(readFileSync(join(home.dir, 'my.slurm'), 'utf8')).toContain('\n#SBATCH --partition=b\n');
  });

  it.each<[string, string[], number, RegExp]>([
    ['an unknown site', ['--site', 'summit'], 1, /no site summit[\s\S]*Known: .*frontier/],
    ['an unknown scheduler', ['--scheduler', 'lsf'], 2, /slurm, flux, pbs/],
    ['no scheduler', [], 2, /no scheduler and no site/],
    ['too long', ['--site', 'frontier', '--walltime', '3h'], 2, /at most 02:00:00[\s\S]*extended/],
    ['no nodes', ['--site', 'frontier', '--nodes', '0'], 2, /≥ 1/],
    ['another scheduler', ['--site', 'frontier', '--scheduler', 'pbs'], 2, /frontier has slurm, not pbs/],
    ['two queues', ['--scheduler', 'slurm', '--queue', 'a', '--partition', 'b'], 2, /are the same/],
    [
      'an injection',
      ['--scheduler', 'slurm', '--account', 'a\nrm -rf ~'],
      2,
      /"a\\nrm -rf ~" cannot be an account/,
    ],
    ['a secret', ['--scheduler', 'slurm', '--redis', 'redis://a:pw5@h'], 2, /must not contain a password/],
    [
      'a flag that oact consume does not know',
      ['--scheduler', 'slurm', '--', '--slotz', '2'],
      2,
      /unknown option '--slotz'/,
    ],
    [
      'a value that oact consume refuses',
      ['--scheduler', 'slurm', '--', '--slots', 'two'],
      2,
      /whole number/,
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const run = await alloc('script', ...args);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toContain('pw5');
    expect(run.code).toBe(code);
  });
});

describe('sites of one’s own', () => {
  it('in the home directory, listed beside those of oact and used', async () => {
    writeOwnSite();
    const table = (await alloc('sites')).stdout;
    expect(table).toMatch(/^mine +slurm +128, 8 kept by the system +512 GB +yours +–$/m);
    const sites = sitesSchema.parse(JSON.parse((await alloc('sites', '--json')).stdout));
    expect(sites['mine']?.cores).toMatchObject({ value: 128, source: null });
    expect(sites['frontier']?.cores?.source).toContain('olcf');
    const script = (await alloc('script', '--site', 'mine')).stdout;
    expect(script).toContain('\n#SBATCH --account=chm1\n#SBATCH --partition=long\n');
  });

  it('a mistake in one is told with its file', async () => {
    writeOwnSite();
    writeFileSync(join(home.dir, '.config', 'oact', 'sites', 'bad.yaml'), 'scheduler: slurm\ncroes: 3\n');
    const run = await alloc('sites');
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/bad\.yaml: site bad: [\s\S]*croes/);
  });
});

const init = (...args: string[]): Promise<OactRun> =>
  runOact(['init', 'c', '--csv', exampleCsv, '--multiplicity-column', 'spin', ...args], {
    cwd: home.dir,
    env: { HOME: home.dir },
  });

describe('oact init', () => {
  const scripts = ['slurm', 'flux', 'pbs'].flatMap((name) => [`campaign.${name}`, `consumer.${name}`]);
  const placed = (): string[] => scripts.filter((name) => existsSync(join(home.dir, 'c', name)));

  it('places the scripts of all schedulers, which name this oact', async () => {
    expect((await init()).code).toBe(0);
    expect(placed()).toEqual(scripts);
    for (const name of scripts)
      expect(readFileSync(join(home.dir, 'c', name), 'utf8')).toMatch(/oact=\$\{OACT:-\/.*\/bin\/oact\.js\}/);
  });

  it('--site places the one of that machine, made for it; what is there stays', async () => {
    writeOwnSite();
    expect((await init('--site', 'mine')).code).toBe(0);
    expect(placed()).toEqual(['campaign.slurm', 'consumer.slurm']);
    const path = join(home.dir, 'c', 'consumer.slurm');
    for (const name of placed())
      expect(readFileSync(join(home.dir, 'c', name), 'utf8')).toContain('\n#SBATCH --partition=long\n');
    writeFileSync(path, 'edited');
    expect((await init('--site', 'mine')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('edited');
  });

  it('an unknown site is refused before anything is made', async () => {
    const run = await init('--site', 'nowhere');
    expect(run.stderr).toContain('there is no site nowhere');
    expect(existsSync(join(home.dir, 'c'))).toBe(false);
  });

  it('the settings of a campaign with sites are shown like others', async () => {
    await init();
    writeFileSync(join(home.dir, 'c', 'oact.yaml'), 'sites: {mine: {extends: frontier}}\n', { flag: 'a' });
    const { stdout } = await oactSucceeds(['config', 'show', '--origin', '-C', 'c'], { cwd: home.dir });
    expect(stdout).toMatch(/sites +\{"mine":\{"extends":"frontier"\}\} +campaign/);
    expect(stdout).toContain('OACT_REDIS_PASSWORD_FILE');
  });
});
