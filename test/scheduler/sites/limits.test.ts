import { describe, expect, it } from 'vitest';
import { catchError } from '../../workflow/expect-error.ts';
import { planFor } from './a-site.ts';

describe('limits of a site', () => {
  it.each([
    [2, 'batch', 2],
    [100, 'batch', 6],
    [200, 'batch', 12],
    [8, 'extended', 12],
  ])('the default for %i nodes of %s is what they are granted: %i h', (nodes, queue, hours) => {
    expect(planFor({ nodes, queue }, 'frontier').walltimeSeconds / 3600).toBe(hours);
  });

  it.each([
    [
      'frontier',
      { nodes: 2, walltime: 7201 },
      /'batch' of frontier grants 2 nodes for at most 02:00:00, not 02:00:01/,
    ],
    ['frontier', { nodes: 65, queue: 'extended' }, /'extended' of frontier does not grant 65 nodes/],
    ['dod-192-pbs', { nodes: 40, queue: 'frontier', walltime: 604_800 }, /40 nodes for at most 24:00:00/],
    ['perlmutter-cpu', { nodes: 1, walltime: 172_801 }, /'regular' of perlmutter-cpu grants 1 node/],
    ['frontier', { scheduler: 'pbs' }, /frontier has slurm, not pbs/],
  ] as const)('%s does not grant %j', (site, wishes, message) => {
    const error = catchError(() => planFor(wishes, site));
    expect(error.code).toBe('ALLOCATION_UNFIT');
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/Known limits: .*\d{4}-\d\d-\d\d|--scheduler/);
  });

  it('where nobody has said anything of a queue, a person is believed', () => {
    expect(planFor({ walltime: 864_000, queue: 'special' }, 'frontier').walltimeSeconds).toBe(864_000);
  });
});
