import { describe, expect, it } from 'vitest';
import { allocationSettingsSchema } from '../../../core/config/allocation-settings.ts';

const names = (raw: unknown): string[] => allocationSettingsSchema.parse(raw).map(({ name }) => name);

describe('allocations:', () => {
  it('is one entry or a list, named by queue, site or scheduler', () => {
    expect(names({ scheduler: 'slurm' })).toEqual(['slurm']);
    expect(names([{ scheduler: 'slurm', queue: 'cpu' }, { site: 'frontier' }])).toEqual(['cpu', 'frontier']);
    expect(names([])).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ maxNodes: 2 }, /names neither a site nor a scheduler/],
    [{ scheduler: 'slurm', walltime: '1m' }, /must be at least 3m/],
    [{ scheduler: 'slurm', maxNode: 2 }, /maxNode/],
    [{ scheduler: 'slurm', nodesPerAllocation: 2 }, /more than maxNodes/],
    [[{ scheduler: 'slurm' }, { scheduler: 'slurm' }], /two entries are called 'slurm'/],
  ])('%j is refused with its reason', (raw, words) => {
    expect(() => allocationSettingsSchema.parse(raw)).toThrow(words);
  });
});
