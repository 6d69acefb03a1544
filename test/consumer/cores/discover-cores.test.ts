import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { discoverCores, discoverNodeCores } from '../../../consumer/cores/discover-cores.ts';
import { topologies } from '../../fixtures/topologies.ts';
import { type FakeNode, writeFakeNode } from '../fake-node.ts';

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
      ...range(0, 3).map((cpu) => ({ cpu, threads: [cpu, cpu + 8], l3: 0, numaNode: 0 })),
      ...range(4, 7).map((cpu) => ({ cpu, threads: [cpu, cpu + 8], l3: 4, numaNode: 1 })),
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

  it.each([
    // usable, forbidden, offline, L3 caches, NUMA nodes
    ['apu96', 96, 0, 0, 12, 4],
    ['trento64', 56, 8, 0, 8, 4],
    ['trento64whole', 64, 0, 0, 8, 4],
    ['milan128', 128, 0, 128, 16, 2],
    ['genoa192', 192, 0, 0, 24, 2],
    ['laptop14', 14, 0, 0, 1, 1],
    ['container3', 3, 61, 0, 1, 1],
  ] as const)('%s', (name, usable, forbidden, offline, caches, numaNodes) => {
    const found = discoverNodeCores(writeFakeNode(topologies[name]));
    expect(found.usable).toHaveLength(usable);
    expect(found.forbidden).toHaveLength(forbidden);
    expect(found.offline).toHaveLength(offline);
    expect(new Set(found.usable.map((core) => core.l3)).size).toBe(caches);
    expect(new Set(found.usable.map((core) => core.numaNode)).size).toBe(numaNodes);
    const threads = [...found.usable, ...found.forbidden].flatMap((core) => core.threads);
    expect(new Set(threads).size).toBe(threads.length);
  });

  it('leaves out what is off, although the mask of an unbound process names it', () => {
    const node = { allowed: '0-127', cpus: 8, offline: '2,6-7' };
    expect(cpusOf(node)).toEqual([0, 1, 3, 4, 5]);
    expect(discoverNodeCores(writeFakeNode(node)).offline).toEqual([2, 6, 7]);
  });

  it('keeps to the cpuset of the cgroup, should the mask be wider', () => {
    expect(cpusOf({ ...topologies.container3, allowed: '0-63' })).toEqual([5, 6, 7]);
  });

  it('manages without the files of a virtual machine: one cache, one node, every CPU a core', () => {
    expect(discoverCores(writeFakeNode({ allowed: '0-2', cpus: 3 }))).toEqual(
      range(0, 2).map((cpu) => ({ cpu, threads: [cpu], l3: 0, numaNode: 0 })),
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
