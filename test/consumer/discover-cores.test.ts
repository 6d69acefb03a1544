import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { discoverCores } from '../../consumer/discover-cores.ts';
import { type FakeNode, writeFakeNode } from './fake-node.ts';

const cpusOf = (node: FakeNode): number[] => discoverCores(writeFakeNode(node)).map((core) => core.cpu);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Two sockets of four cores with two threads each, as Intel numbers them: the second threads are 8–15. */
const twoSockets: FakeNode = {
  allowed: '0-15',
  cpus: 16,
  numa: { 0: '0-3,8-11', 1: '4-7,12-15' },
  l3: (cpu) => (cpu % 8 < 4 ? '0-3,8-11' : '4-7,12-15'),
  siblings: (cpu) => `${cpu % 8},${(cpu % 8) + 8}`,
};

describe('discoverCores', () => {
  it('counts each physical core once, with its L3 and NUMA node', () => {
    expect(discoverCores(writeFakeNode(twoSockets))).toEqual([
      ...range(0, 3).map((cpu) => ({ cpu, l3: 0, numaNode: 0 })),
      ...range(4, 7).map((cpu) => ({ cpu, l3: 4, numaNode: 1 })),
    ]);
  });

  it('takes only what the mask allows, and the thread of a core that is allowed', () => {
    expect(cpusOf({ ...twoSockets, allowed: '2-5,11-12' })).toEqual([2, 3, 4, 5]);
    expect(cpusOf({ ...twoSockets, allowed: '9-10,4' })).toEqual([4, 9, 10]);
  });

  it('knows threads that are numbered next to each other', () => {
    const node: FakeNode = {
      allowed: '0-7',
      cpus: 8,
      siblings: (cpu) => `${cpu - (cpu % 2)}-${cpu - (cpu % 2) + 1}`,
    };
    expect(cpusOf(node)).toEqual([0, 2, 4, 6]);
  });

  it('finds the three L3 caches of each of four NUMA nodes', () => {
    const cores = discoverCores(
      writeFakeNode({
        allowed: '0-95',
        cpus: 96,
        numa: { 0: '0-23', 1: '24-47', 2: '48-71', 3: '72-95' },
        l3: (cpu) => `${cpu - (cpu % 8)}-${cpu - (cpu % 8) + 7}`,
        siblings: (cpu) => String(cpu),
      }),
    );
    expect(cores).toHaveLength(96);
    expect(new Set(cores.map((core) => core.l3)).size).toBe(12);
    expect(cores[71]).toEqual({ cpu: 71, l3: 64, numaNode: 2 });
  });

  it('manages without the files of a virtual machine: one cache, one node, every CPU a core', () => {
    expect(discoverCores(writeFakeNode({ allowed: '0-2', cpus: 3 }))).toEqual(
      range(0, 2).map((cpu) => ({ cpu, l3: 0, numaNode: 0 })),
    );
  });

  it('counts CPUs where there is no /proc', () => {
    expect(discoverCores('/nowhere/at/all')).toHaveLength(availableParallelism());
  });

  it('finds cores on this machine', () => {
    const cores = discoverCores();
    expect(cores.length).toBeGreaterThan(0);
    expect(cores.length).toBeLessThanOrEqual(availableParallelism());
  });
});
