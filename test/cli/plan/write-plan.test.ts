import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { changePlan } from '../../../cli/plan/write-plan.ts';

const plan = {
  nodes: 4,
  walltimeSeconds: 16_200,
  coresPerJob: 16,
  slotsPerNode: 8,
  doneSeconds: 1,
  nodeHours: 1,
  used: 1,
  cutRuns: 0,
  tooLong: 0,
  allocations: 4,
};
const file = `# Ours.
campaign: 0a1b2c3d # made by init
node:
  # Eight were too few for memory.
  coresPerSlot: 8
allocations:
  - site: cluster # the small one
    walltime: 12h
  - site: other
    # At most half of it.
    maxNodes: 9
    nodesPerAllocation: 6
`;

describe('a plan in oact.yaml', () => {
  it('changes what it says of one entry, and leaves comments and all else', () => {
    const { text, changed } = changePlan(file, plan, 1);
    expect(changed).toEqual([
      'node.coresPerSlot: 16',
      'allocations.1.walltime: 4h30m',
      'allocations.1.maxNodes: 4',
      'allocations.1.nodesPerAllocation: 4',
    ]);
    for (const comment of [
      '# Ours.',
      '# made by init',
      '# Eight were too few',
      '# the small one',
      '# At most half',
    ])
      expect(text).toContain(comment);
    expect(parse(text)).toMatchObject({
      campaign: '0a1b2c3d',
      node: { coresPerSlot: 16 },
      allocations: [
        { site: 'cluster', walltime: '12h' },
        { site: 'other', walltime: '4h30m', maxNodes: 4, nodesPerAllocation: 4 },
      ],
    });
    expect(changePlan(text, plan, 1)).toEqual({ text, changed: [] });
  });

  it('takes an entry that stands without a list', () => {
    const { text } = changePlan('allocations:\n  site: cluster\n', plan, 0);
    expect(parse(text).allocations).toEqual({ site: 'cluster', walltime: '4h30m', maxNodes: 4 });
  });

  it('invents no entry, and makes a fixed number of slots fit', () => {
    const { text, changed } = changePlan('campaign: 0a1b2c3d\nnode: {slots: 16}\n', plan, undefined);
    expect(changed).toEqual(['node.coresPerSlot: 16', 'node.slots: 8']);
    expect(parse(text)).toEqual({ campaign: '0a1b2c3d', node: { slots: 8, coresPerSlot: 16 } });
  });
});
