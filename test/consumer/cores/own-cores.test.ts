import { expect, it } from 'vitest';
import { chooseOwnCores } from '../../../consumer/cores/own-cores.ts';
import type { Core } from '../../../consumer/cores/discover-cores.ts';

const node = (count: number): Core[] =>
  Array.from({ length: count }, (_, cpu) => ({
    cpu,
    threads: [cpu, cpu + count],
    l3: Math.floor(cpu / 8),
    numaNode: 0,
  }));

it.each([
  ['a large node', 128, null, [], [0, 1]],
  ['a small node', 16, null, [], [0]],
  ['a node too small to give one up', 2, null, [], []],
  ['as many as somebody wants', 16, 3, [], [0, 1, 2]],
  ['none, because somebody wants none', 128, 0, [], []],
  ['cores that the site keeps free anyway, named by a hardware thread', 64, null, [72, 16], [8, 16]],
] as const)('%s', (_, count, wanted, reserved, cores) => {
  expect(chooseOwnCores(node(count), wanted, reserved).cores).toEqual(cores);
});
