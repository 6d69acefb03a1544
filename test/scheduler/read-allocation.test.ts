import { describe, expect, it } from 'vitest';
import { readAllocation } from '../../scheduler/read-allocation.ts';

describe('readAllocation', () => {
  it.each([
    [
      'Slurm with an end time',
      { SLURM_JOB_ID: '4711', SLURMD_NODENAME: 'node7', SLURM_JOB_END_TIME: '1795000000' },
      {
        scheduler: 'slurm',
        allocationId: '4711',
        node: 'node7',
        endsAt: new Date(1_795_000_000_000),
        restartCount: 0,
        nodeCount: 1,
      },
    ],
    [
      'an older Slurm, which does not tell the end',
      { SLURM_JOB_ID: '4711', SLURMD_NODENAME: 'node7' },
      {
        scheduler: 'slurm',
        allocationId: '4711',
        node: 'node7',
        endsAt: null,
        restartCount: 0,
        nodeCount: 1,
      },
    ],
    [
      'a Slurm that says the end is 0',
      { SLURM_JOB_ID: '4711', SLURM_JOB_END_TIME: '0' },
      { scheduler: 'slurm', allocationId: '4711', node: 'host', endsAt: null, restartCount: 0, nodeCount: 1 },
    ],
    [
      'an allocation that Slurm has started anew',
      { SLURM_JOB_ID: '4711', SLURM_RESTART_COUNT: '2' },
      { scheduler: 'slurm', allocationId: '4711', node: 'host', endsAt: null, restartCount: 2, nodeCount: 1 },
    ],
    [
      'one of 32 nodes of Slurm',
      { SLURM_JOB_ID: '4711', SLURM_JOB_NUM_NODES: '32' },
      {
        scheduler: 'slurm',
        allocationId: '4711',
        node: 'host',
        endsAt: null,
        restartCount: 0,
        nodeCount: 32,
      },
    ],
    [
      'a count of nodes that is none',
      { SLURM_JOB_ID: '4711', SLURM_JOB_NUM_NODES: 'many' },
      { scheduler: 'slurm', allocationId: '4711', node: 'host', endsAt: null, restartCount: 0, nodeCount: 1 },
    ],
    [
      'one of 8 nodes of Flux',
      { FLUX_JOB_ID: 'f3Bz', FLUX_JOB_NNODES: '8' },
      {
        scheduler: 'flux',
        allocationId: '7365',
        node: 'host',
        endsAt: null,
        restartCount: null,
        nodeCount: 8,
      },
    ],
    [
      'a Flux batch script',
      { FLUX_ENCLOSING_ID: 'f2Aq', FLUX_URI: 'local:///x' },
      {
        scheduler: 'flux',
        allocationId: '3934',
        node: 'host',
        endsAt: null,
        restartCount: null,
        nodeCount: 1,
      },
    ],
    [
      'a Flux job',
      { FLUX_JOB_ID: 'f3Bz' },
      {
        scheduler: 'flux',
        allocationId: '7365',
        node: 'host',
        endsAt: null,
        restartCount: null,
        nodeCount: 1,
      },
    ],
    [
      'PBS',
      { PBS_JOBID: '12.server', PBS_NODEFILE: '/x' },
      {
        scheduler: 'pbs',
        allocationId: '12.server',
        node: 'host',
        endsAt: null,
        restartCount: null,
        nodeCount: 1,
      },
    ],
    [
      'a PBS job that runs for the third time, as consumer.pbs tells it',
      { PBS_JOBID: '12[3].server', OACT_PBS_RUN_COUNT: '3' },
      {
        scheduler: 'pbs',
        allocationId: '12[3].server',
        node: 'host',
        endsAt: null,
        restartCount: 2,
        nodeCount: 1,
      },
    ],
    [
      'a PBS that did not tell',
      { PBS_JOBID: '12.server', OACT_PBS_RUN_COUNT: '' },
      {
        scheduler: 'pbs',
        allocationId: '12.server',
        node: 'host',
        endsAt: null,
        restartCount: null,
        nodeCount: 1,
      },
    ],
    [
      'no scheduler',
      { HOME: '/root' },
      { scheduler: null, allocationId: null, node: 'host', endsAt: null, restartCount: null, nodeCount: 1 },
    ],
  ])('%s', (_, env, allocation) => {
    expect(readAllocation(env, 'host')).toEqual(allocation);
  });
});
