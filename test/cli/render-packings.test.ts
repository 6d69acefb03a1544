import { expect, it } from 'vitest';
import { renderNodePlan } from '../../cli/doctor/render-node-plan.ts';
import { drawNode } from '../../cli/node/plan-node.ts';
import { validateConfig } from '../../core/config/config.ts';
import { writeFakeNode } from '../consumer/fake-node.ts';
import { topologies } from '../fixtures/topologies.ts';

const config = validateConfig(
  {
    campaign: '0a1b2c3d',
    lanes: {
      small: { cores: 8, maxAtoms: 40 },
      large: { cores: 32, minAtoms: 41, memory: '200GB' },
      huge: { cores: 128, minAtoms: 200 },
    },
  },
  'test',
);

// Writing the thousand files of a large node takes a while on a busy machine.
it('doctor draws possible packings of a node with lanes', { timeout: 120_000 }, () => {
  const root = writeFakeNode(topologies.trento64whole);
  const lines = renderNodePlan(drawNode({}, config, root), 'n1');
  expect(lines.join('\n')).toBe(`\
n1: 64 cores in 8 L3 caches, cut as jobs come, 496 GB for jobs

small   8 cores, 62 GB, %maxcore 5553
        aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee ffffffff gggggggg hhhhhhhh
        8 jobs on 64 of 64 cores

large   32 cores, 200 GB, %maxcore 4470
        aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa bbbbbbbb bbbbbbbb bbbbbbbb bbbbbbbb
        2 jobs on 64 of 64 cores

all lanes, one job of each in turn
        aaaaaaaa aaaaaaaa aaaaaaaa aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee
        5 jobs on 64 of 64 cores

        one letter per job, . no job fits there, one group per L3 cache
why     lane huge needs 128 cores, and this node has 64`);
  const fixed = renderNodePlan(drawNode({ slots: 2, coresPerSlot: 16 }, config, root), 'n1').join('\n');
  expect(fixed).toContain('in 2 fixed slots');
  expect(fixed).toContain('lane large needs 32 cores, and its largest slot has 16');
});
