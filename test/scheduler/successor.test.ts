import { expect, it } from 'vitest';
import { schedulers } from '../../scheduler/schedulers.ts';

const now = new Date();
const wish = {
  after: '4711',
  script: '/spool/script',
  args: ['--chain=3', '--slots', '4'],
  variables: ['OACT', 'OACT_FLAGS'],
};

it.each([
  [
    '2|1:00:00|main|chm123|normal\n',
    ['--nodes=2', '--time=1:00:00', '--partition=main', '--account=chm123', '--qos=normal'],
  ],
  ['1|UNLIMITED|main|(null)|N/A\n', ['--nodes=1', '--time=UNLIMITED', '--partition=main']],
  ['', undefined],
])('Slurm: an allocation as large as %j', (text, shape) => {
  expect(schedulers.slurm.successors.askShape('4711').read(text, now)).toEqual(shape);
});

it.each([
  ['2|3600.0|pbatch\n', ['--nodes=2', '--time-limit=3600s', '--queue=pbatch']],
  // No queues, and no limit.
  ['2|0.0|\n', ['--nodes=2']],
  ['', undefined],
])('Flux: an allocation as large as %j', (text, shape) => {
  expect(schedulers.flux.successors.askShape('ƒ3CNXJFH').read(text, now)).toEqual(shape);
});

it('PBS: an allocation as large as this one, however long the line is', () => {
  const text =
    'Job Id: 12.server\n    Resource_List.ncpus = 256\n    Resource_List.select = 2:ncpus=128:mpiprocs=1:bigmem=\n\ttrue\n    Resource_List.walltime = 12:00:00\n';
  expect(schedulers.pbs.successors.askShape('12').read(text, now)).toEqual([
    '-l',
    'select=2:ncpus=128:mpiprocs=1:bigmem=true',
    '-l',
    'walltime=12:00:00',
  ]);
  expect(schedulers.pbs.successors.askShape('12').read('qstat: Unknown Job Id 12', now)).toBeUndefined();
});

it('the next allocation waits for this one, whatever becomes of it', () => {
  const shape = ['--nodes=2'];
  expect(schedulers.slurm.successors.submit({ ...wish, shape })).toEqual([
    'sbatch',
    '--parsable',
    '--dependency=afterany:4711',
    '--nodes=2',
    '/spool/script',
    '--chain=3',
    '--slots',
    '4',
  ]);
  expect(schedulers.flux.successors.submit({ ...wish, shape })).toEqual([
    'flux',
    '--parent',
    'batch',
    '--dependency=afterany:4711',
    '--nodes=2',
    '/spool/script',
    '--chain=3',
    '--slots',
    '4',
  ]);
  expect(schedulers.pbs.successors.submit({ ...wish, shape: ['-l', 'select=2'] })).toEqual([
    'qsub',
    '-W',
    'depend=afterany:4711',
    '-l',
    'select=2',
    '-v',
    'OACT_FLAGS,OACT',
    '/spool/script',
  ]);
  expect(schedulers.pbs.successors.passArgs?.(wish.args)).toEqual({ OACT_FLAGS: '--chain=3 --slots 4' });
});

it.each([
  ['slurm', '4712\n', '4712'],
  ['slurm', '4712;cluster\n', '4712'],
  ['slurm', 'sbatch: error: no\n', undefined],
  ['flux', 'ƒ3CNXJFH\n', 'ƒ3CNXJFH'],
  ['pbs', '13.server\n', '13.server'],
  ['pbs', '', undefined],
] as const)('%s answers %j: %s', (name, text, id) => {
  expect(schedulers[name].successors.readId(text)).toBe(id);
});
