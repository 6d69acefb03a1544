import { expect, it } from 'vitest';
import { countNodes, startDelayMs } from '../../scheduler/spread-start.ts';

it.each([
  ['alone', 1, 1, 0],
  ['the last of 32', 32, 1, 160],
  ['the first of 32', 32, 0, 0],
  ['the last of many', 10_000, 1, 3000],
])('%s (%i nodes, drawn %d) waits %i ms', (_, nodes, draw, ms) => {
  expect(startDelayMs(nodes, draw)).toBe(ms);
});

it.each([
  [{}, 1],
  [{ SLURM_JOB_NUM_NODES: '32' }, 32],
  [{ FLUX_JOB_NNODES: '8' }, 8],
  [{ SLURM_JOB_NUM_NODES: 'many' }, 1],
])('%j is an allocation of %i nodes', (env, nodes) => {
  expect(countNodes(env)).toBe(nodes);
});
