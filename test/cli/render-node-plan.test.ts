import { describe, expect, it } from 'vitest';
import { renderNodePlan } from '../../cli/doctor/render-node-plan.ts';
import { drawNode } from '../../cli/node/plan-node.ts';
import type { NodeFlags } from '../../cli/flags/node-flags.ts';
import { validateConfig } from '../../core/config/config.ts';
import { writeFakeNode } from '../consumer/fake-node.ts';
import { topologies } from '../fixtures/topologies.ts';

const config = validateConfig({ campaign: '0a1b2c3d' }, 'test');
const linesOf = (name: keyof typeof topologies, flags: NodeFlags = {}): string[] =>
  renderNodePlan(drawNode(flags, config, writeFakeNode(topologies[name])), 'n1');

// Writing the thousand files of a large node takes a while on a busy machine.
describe('the picture of a node', { timeout: 120_000 }, () => {
  it('of four APUs: a slot in each L3, and the memory of one', () => {
    expect(linesOf('apu96').join('\n')).toBe(`\
n1: 96 cores, 12 L3 caches, 4 NUMA nodes → 12 slots × 8 cores, %maxcore 3687

NUMA 0  0–23      00000000 11111111 22222222
NUMA 1  24–47     33333333 44444444 55555555
NUMA 2  48–71     66666666 77777777 88888888
NUMA 3  72–95     99999999 aaaaaaaa bbbbbbbb
        one sign per core (its slot), one group per L3 cache

slots   0: 0-7   1: 8-15   2: 16-23   3: 24-31   4: 32-39   5: 40-47   6: 48-55   7: 56-63
        8: 64-71   9: 72-79   10: 80-87   11: 88-95
memory  513024 MB of this node, no cgroup limit
        × 0.92 (node.memoryShare) / 12 slots = 39331 MB per slot
        × 0.75 / 8 ranks = %maxcore 3687
why     one rank per core; its other hardware threads stay free`);
  });

  it('of 64 cores with 8 reserved: the first of each cache', () => {
    const lines = linesOf('trento64whole', { reserveCores: 8 });
    expect(lines.slice(2, 7)).toEqual([
      'NUMA 0  0–15      -0000000 -0000000',
      'NUMA 1  16–31     -1111111 -1111111',
      'NUMA 2  32–47     -2222222 -2222222',
      'NUMA 3  48–63     -3333333 -3333333',
      '        one sign per core (its slot), one group per L3 cache, - reserved',
    ]);
    expect(lines.at(-1)).toContain('cores 0,8,16,24,32,40,48,56 are reserved');
  });

  it('of 64 cores of which the site keeps 8 from us', () => {
    const lines = linesOf('trento64', { coresPerSlot: 7 });
    expect(lines[2]).toBe('NUMA 0  0–15      x0000000 x1111111');
    expect(lines.join(' ')).toContain('cores 0,8,16,24,32,40,48,56 are outside the affinity mask');
  });

  it('of two sockets, whose second threads are off and whose memory Slurm limits', () => {
    const lines = linesOf('milan128');
    expect(lines.slice(2, 4)).toEqual([
      'NUMA 0  0–63      00000000 00000000 11111111 11111111 22222222 22222222 33333333 33333333',
      'NUMA 1  64–127    44444444 44444444 55555555 55555555 66666666 66666666 77777777 77777777',
    ]);
    const text = lines.join('\n');
    expect(text).toContain('491520 MB by /sys/fs/cgroup/memory/slurm/uid_1000/job_77/memory.limit_in_bytes');
    expect(text).toContain('CPUs 128-255 are switched off');
  });

  it('of a container: what is not ours, its memory and its CPU time', () => {
    const lines = linesOf('container3');
    expect(lines[0]).toBe('n1: 64 cores, 8 L3 caches, 1 NUMA node → 1 slot × 3 cores, %maxcore 1884');
    expect(lines[2]).toContain('xxxxx000 xxxxxxxx');
    expect(lines.join(' ')).toContain('CPU time of 2.5 CPUs');
  });

  it('of a node with idle cores says how to use them', () => {
    expect(linesOf('apu96', { coresPerSlot: 16 }).slice(-2).join(' ')).toContain(
      '32 of 96 cores stay idle: 4 slots × 16 cores; --cores-per-slot 8 fits the caches',
    );
  });

  it.each(Object.entries(topologies))('of %s fits 100 columns', (_, node) => {
    const root = writeFakeNode(node);
    const requests: NodeFlags[] = [{}, { coresPerSlot: 1 }, { slots: 3 }, { reserveCores: 2 }];
    for (const flags of requests) {
      const lines = renderNodePlan(drawNode(flags, config, root), 'node-with-a-long-name');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });
});
