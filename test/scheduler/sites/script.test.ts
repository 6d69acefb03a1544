import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSites } from '../../../scheduler/sites/load-sites.ts';
import { mergeSites, resolveSite } from '../../../scheduler/sites/merge-sites.ts';
import { planScript, type ScriptWishes } from '../../../scheduler/script/plan-script.ts';
import { renderScript } from '../../../scheduler/script/render-script.ts';
import { readShippedScript, scriptKinds } from '../../../scheduler/script/shipped-scripts.ts';
import { type SchedulerName, schedulerNames } from '../../../scheduler/schedulers.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { newLines, renderFor } from './a-site.ts';

const everything: ScriptWishes = {
  nodes: 8,
  walltime: 5400,
  account: 'm1234',
  queue: 'long',
  modules: ['nodejs/20', 'module use /opt/modules'],
  reserveCores: 4,
  scratch: '/tmp/{user}/a b',
  redis: 'redis://consumer@10.0.0.5:6390/0',
  redisPasswordFile: '/home/me/redis secret',
  consumeFlags: ['--grace', '2m', '--orca-path', "/opt/it's orca"],
};

describe('what a script says beside the shipped one', () => {
  it.each<[string, string[]]>([
    [
      'frontier',
      [
        '# Made by oact alloc script for frontier (OLCF Frontier).',
        '#SBATCH --time=02:00:00',
        '#SBATCH --partition=batch',
        '#SBATCH --constraint=nvme',
        'export OACT_NODE_SCRATCH=/mnt/bb/"$USER"',
        '"$oact" doctor node --quiet --cores-per-slot 7 "$@"',
        '  bash -c "$node" consumer "$oact" consume --cores-per-slot 7 "$@" &',
      ],
    ],
    [
      'perlmutter-cpu',
      [
        '# Made by oact alloc script for perlmutter-cpu (NERSC Perlmutter, CPU nodes). Not verified: constraint, limits.',
        '#SBATCH --qos=regular',
        '#SBATCH --constraint=cpu',
      ],
    ],
    [
      'dod-128-slurm',
      [
        '# Made by oact alloc script for dod-128-slurm (DoD HPCMP, 128 cores, Slurm).',
        '#SBATCH --constraint=standard',
      ],
    ],
    [
      'tuolumne',
      [
        '# Made by oact alloc script for tuolumne (LLNL Tuolumne). Not verified: queue.',
        '#flux: --queue=pbatch',
        '"$oact" doctor node --quiet --cores-per-slot 8 "$@"',
        '  bash -c "$node" consumer "$oact" consume --cores-per-slot 8 "$@"',
      ],
    ],
    [
      'dod-128-pbs',
      [
        '# Made by oact alloc script for dod-128-pbs (DoD HPCMP, 128 cores, PBS). Not verified: scheduler, cores, queue.',
        '#PBS -q standard',
      ],
    ],
    [
      'dod-192-pbs',
      [
        '# Made by oact alloc script for dod-192-pbs (DoD HPCMP, 192 cores, PBS).',
        '#PBS -l select=2:ncpus=192:mpiprocs=1',
        '#PBS -q standard',
      ],
    ],
  ])('for %s', (site, lines) => {
    expect(newLines({}, site)).toEqual(lines);
  });

  const onNodes = [
    '# shellcheck source=/dev/null',
    'type module >/dev/null 2>&1 || . /etc/profile',
    'module load nodejs/20',
    'module use /opt/modules',
    `export OACT_NODE_SCRATCH=/tmp/"$USER"'/a b'`,
    'export OACT_REDIS_URL=redis://consumer@10.0.0.5:6390/0',
    "export OACT_REDIS_PASSWORD_FILE='/home/me/redis secret'",
  ];
  const flags = `--reserve-cores 4 --grace 2m --orca-path '/opt/it'\\''s orca' "$@"`;
  const doctor = `"$oact" doctor node --quiet ${flags}`;
  const consume = `bash -c "$node" consumer "$oact" consume ${flags}`;

  it.each<[SchedulerName, ScriptWishes, string[]]>([
    [
      'slurm',
      { qos: 'high', constraint: 'cpu&nvme' },
      [
        '#SBATCH --nodes=8',
        '#SBATCH --time=01:30:00',
        '#SBATCH --account=m1234',
        '#SBATCH --partition=long',
        '#SBATCH --qos=high',
        '#SBATCH --constraint=cpu&nvme',
        ...onNodes,
        doctor,
        `  ${consume} &`,
      ],
    ],
    [
      'flux',
      { constraint: 'bigmem' },
      [
        '#flux: -N 8',
        '#flux: -t 5400s',
        '#flux: --bank=m1234',
        '#flux: --queue=long',
        '#flux: --requires=bigmem',
        ...onNodes,
        doctor,
        `  ${consume}`,
      ],
    ],
    [
      'pbs',
      { constraint: 'bigmem=1', coresPerNode: 64 },
      [
        '#PBS -l select=8:ncpus=64:mpiprocs=1:bigmem=1',
        '#PBS -l walltime=01:30:00',
        '#PBS -A m1234',
        '#PBS -q long',
        ...onNodes.map((line) => `  ${line}`),
        `  ${doctor}`,
        `  exec ${consume}`,
      ],
    ],
  ])('with everything a person may say, for %s', (scheduler, more, lines) => {
    expect(newLines({ ...everything, ...more, scheduler })).toEqual(lines);
  });

  it.each([
    ['slurm', 604_800, '#SBATCH --time=7-00:00:00'],
    ['flux', 604_800, '#flux: -t 168h'],
    ['pbs', 604_800, '#PBS -l walltime=168:00:00'],
    ['slurm', Infinity, '#SBATCH --time=UNLIMITED'],
    ['flux', Infinity, '#flux: -t 0'],
  ] as const)('as %s reads it, %i s', (scheduler, walltime, line) => {
    expect(newLines({ scheduler, walltime, coresPerNode: 128 })).toEqual([line]);
  });

  it.each([
    ['slurm', ['#SBATCH --export=HOME,LANG,PATH,SHELL,USER,MY_LICENSE', '#SBATCH --licenses=scratch']],
    [
      'flux',
      ['#flux: --env-remove=*', '#flux: --env=PATH', '#flux: --env=MY_LICENSE', '#flux: --licenses=scratch'],
    ],
    ['pbs', ['#PBS -v MY_LICENSE', '#PBS --licenses=scratch']],
  ] as const)('a site’s list of variables and further options, for %s', (scheduler, lines) => {
    const own = { scheduler, cores: 8, environment: ['MY_LICENSE'], directives: ['--licenses=scratch'] };
    const site = resolveSite('mine', mergeSites([{ source: 'own', sites: { mine: own } }]));
    const script = renderScript(readShippedScript(scheduler), planScript({}, site), null);
    expect(script.split('\n')).toEqual(expect.arrayContaining([...lines]));
  });

  it('a site may set what consumers begin with, and a person is right against it', () => {
    const own = {
      extends: 'frontier',
      coresPerSlot: 14,
      reserveCores: 2,
      orcaPath: '/opt/orca',
      walltime: '90m',
    };
    const sites = mergeSites([
      { source: 'oact', sites: Object.fromEntries(loadSites('/')) },
      { source: 'own', sites: { mine: own } },
    ]);
    const plan = planScript({ reserveCores: 0, scratch: 'tmpdir' }, resolveSite('mine', sites));
    expect(plan.flags).toEqual(['--cores-per-slot', '14', '--reserve-cores', '0']);
    expect(plan.variables).toEqual([
      ['OACT_ORCA_PATH', '/opt/orca'],
      ['OACT_NODE_SCRATCH', 'tmpdir'],
    ]);
    expect(plan.walltimeSeconds).toBe(5400);
  });
});

describe.skipIf(!hasPrograms('shellcheck'))('shellcheck', () => {
  it.each(schedulerNames)('has nothing to say of a full script for %s', (scheduler) => {
    const home = makeCampaignDir();
    onTestFinished(() => home.remove());
    const path = join(home.dir, 'script');
    const script = renderFor({ ...everything, scheduler, coresPerNode: 64 });
    // Both look at the node with the same flags.
    const flagsOf = (call: string): string | undefined =>
      new RegExp(`"\\$oact" ${call}(.*) "\\$@"`).exec(script)?.[1];
    expect(flagsOf('doctor node --quiet')).toBe(flagsOf('consume'));
    writeFileSync(path, script);
    execFileSync('bash', ['-n', path]);
    // Throws with its words.
    expect(execFileSync('shellcheck', [path]).toString()).toBe('');
    for (const kind of scriptKinds)
      expect(execFileSync('shellcheck', [join('scheduler-scripts', `${kind}.${scheduler}`)]).toString()).toBe(
        '',
      );
  });
});

/** What a script runs on each node. */
const shellOf = (text: string): string | undefined => /^ *node='(.*?)'$/ms.exec(text)?.[1];

describe.each(schedulerNames)('campaign.%s', (scheduler) => {
  const render = (): string =>
    renderScript(
      readShippedScript(scheduler, 'campaign'),
      planScript({ ...everything, scheduler, coresPerNode: 64 }, null),
      '/opt/oact.js',
    );

  it('takes all that a person may say of an allocation, as the other script does', () => {
    const script = render();
    const home = makeCampaignDir();
    onTestFinished(() => home.remove());
    writeFileSync(join(home.dir, 'script'), script);
    execFileSync('bash', ['-n', join(home.dir, 'script')]);
    const own = renderFor({ ...everything, scheduler, coresPerNode: 64 }).split('\n');
    const said = own.filter((line) => /long|m1234|nodejs|OACT_NODE_SCRATCH|OACT_REDIS/.test(line));
    expect(said.length).toBeGreaterThan(4);
    expect(script.split('\n')).toEqual(expect.arrayContaining(said));
    expect(script).toContain('oact=${OACT:-/opt/oact.js}');
  });

  it('starts its consumers as the other script does, so that signals and their exit codes mean the same', () => {
    const shipped = readShippedScript(scheduler, 'campaign');
    expect(shellOf(shipped)).toBe(shellOf(readShippedScript(scheduler)));
    expect(shipped).toContain('--inspect-port=0.0.0.1:9229');
  });
});
