import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { recordBatch } from '../../../workflow/attempts/batches.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { aBatch } from '../../consumer/a-payload.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact } from '../../support/run-oact.ts';

const ownRecipes = `recipes:
  careful:
    extends: omol
    keywords: [SlowConv]
    without: [NormalConv]
    functional: PBE0
    basis: { U: "BASIS" }
    ecp: { U: none }
`;

describe('the input that ORCA would get', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  const input = (...args: string[]) => oactSucceeds(['job', 'input', '-C', dir, ...args]);

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    writeFileSync(join(dir, 'u.bas'), 'a basis');
    appendFileSync(join(dir, 'oact.yaml'), ownRecipes.replace('BASIS', join(dir, 'u.bas')));
  }, 120_000);
  afterAll(() => home.remove());

  it('is printed alone on stdout; what was assumed stands on stderr', async () => {
    const { stdout, stderr } = await input('1');
    expect(stdout).toMatch(
      /^! wB97M-V def2-TZVPD EnGrad [\s\S]*%pal\n nprocs 16\nend\n%maxcore 4000\D[\s\S]*\n\*\n$/,
    );
    expect(stderr).toBe('Record 1 by the current settings, for a slot of 16 cores with 4000 MB each.\n');
  });

  it('follows flags for slot and recipe, and says what may not be meant', async () => {
    const { stdout, stderr } = await input('1', '--cores', '4', '--maxcore', '900', '--simple-input', 'x2c');
    expect(stdout).toMatch(/DLU-X2C[\s\S]*nprocs 4\n[\s\S]*%maxcore 900\D/);
    expect(stderr).toContain('note: x2c treats relativity with all electrons');
  });

  it('is that of the open attempt, unless a flag asks otherwise', async () => {
    const workflow = openWorkflow(join(dir, 'workflow.db'));
    const batch = aBatch(join(dir, 'jobs'), { recipe: parseRecipeOptions({ functional: 'TPSS' }) });
    claimJobs(workflow, {
      ids: [2],
      batchId: recordBatch(workflow, batch),
      jobDirs: new Map([[2, join(dir, 'jobs', 'two')]]),
    });
    workflow.close();
    const open = await input('2');
    expect(open.stdout).toMatch(/^! TPSS /);
    expect(open.stderr).toContain('Record 2 by the options of its open attempt 1');
    expect((await input('3')).stdout).toMatch(/^! wB97M-V /);
    expect((await input('2', '--functional', 'PBE0')).stdout).toMatch(/^! PBE0 /);
  });

  it('comes as JSON', async () => {
    const told: unknown = JSON.parse((await input('1', '--json', '--cores', '2')).stdout);
    expect(told).toMatchObject({
      recordId: 1,
      ranks: 2,
      maxCoreMb: 4000,
      input: expect.stringMatching(/nprocs 2\n/),
    });
  });

  it('is shown once by a dry run, for the first job', async () => {
    const dry = [
      'enqueue',
      '-C',
      dir,
      '--ids',
      '4,1',
      '--order',
      'id',
      '--simple-input',
      'careful',
      '--dry-run',
    ];
    const { stdout } = await oactSucceeds(dry);
    expect(stdout.match(/^! PBE0 .* SlowConv /gm)).toHaveLength(1);
    const told: unknown = JSON.parse((await oactSucceeds([...dry, '--json'])).stdout);
    expect(told).toMatchObject({
      jobs: [{ recordId: 1 }, { recordId: 4 }],
      doubts: [],
      exampleOf: 1,
      slot: { ranks: 16, maxCoreMb: 4000 },
      input: expect.stringMatching(/^! PBE0 /),
    });
  });

  it('knows the recipes of oact.yaml, which config show prints', async () => {
    const { stdout } = await oactSucceeds(['config', 'show', '-C', dir]);
    expect(stdout).toMatch(/^recipes +\{"careful":\{"extends":"omol"/m);
  });

  it.each<[string, string[], number, RegExp]>([
    ['an unknown record', ['job', 'input', '999'], 1, /has no record with the id or name 999/],
    [
      'an unknown recipe',
      ['job', 'input', '1', '--simple-input', 'bold'],
      1,
      /no recipe 'bold'; known: .*careful/,
    ],
    [
      'a basis file that is not there',
      ['enqueue', '--dry-run', '--actinide-basis', '/nowhere/u.bas'],
      1,
      /basis file \/nowhere\/u\.bas cannot be read/,
    ],
    [
      'a flag of Sella',
      ['enqueue', '--dry-run', '--fmax', '0.05'],
      2,
      /--fmax belongs to the Sella optimizer/,
    ],
    [
      'the Sella optimizer',
      ['enqueue', '--dry-run', '--optimizer', 'sella'],
      1,
      /'sella' is a Python program/,
    ],
    [
      'PM3 for an actinide',
      ['job', 'input', '2', '--simple-input', 'pm3'],
      1,
      /record 2: PM3 has parameters for H to Bi/,
    ],
  ])('%s is refused with a cure', async (_name, args, code, message) => {
    const run = await runOact([...args, '-C', dir]);
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(code);
  });
});
