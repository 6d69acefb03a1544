import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import type { Snapshot } from '../../../cli/top/read-snapshot.ts';
import { anOptimization } from '../a-progress.ts';

const at = '2026-11-30T12:00:00.000Z';

/** A consumer with two jobs: of record 10·n+1 on slot 0, and of 10·n+2 on slot 1. */
function aConsumer(n: number): KnownConsumer {
  const job = (slot: number) => ({
    jobId: `c${10 * n + slot + 1}-a1`,
    formula: slot === 0 ? 'UO2' : 'Cl3Np',
    slot,
    startedAt: '2026-11-30T11:00:00.000Z',
    progress: anOptimization(at),
  });
  return {
    id: `n${n}:4711:0000000${n % 10}`,
    node: `n${n}`,
    allocationId: '4711',
    pid: 100 + n,
    reads: 3,
    slots: 2,
    busy: 2,
    state: 'running',
    reason: null,
    why: null,
    startedAt: '2026-11-30T10:00:00.000Z',
    seenAt: at,
    endsAt: '2026-11-30T20:00:00.000Z',
    jobs: [job(0), job(1)],
    drainRequestedAt: null,
  };
}

/** Nodes n1, n2 … with two jobs each, and a record that failed. */
export function aSnapshot(nodes: number, changes: Partial<Snapshot> = {}): Snapshot {
  const consumers = Array.from({ length: nodes }, (_, index) => aConsumer(index + 1));
  return {
    at,
    campaign: { id: '0a1b2c3d', directory: '/scratch/me/campaign' },
    database: {
      to_run: 5,
      running: 2 * nodes,
      completed: 3,
      failed: 1,
      timeout: 0,
      other: 0,
      total: 100,
    },
    rate: { finished: 0, seconds: null, perHour: null, remaining: 9, capped: 0, etaSeconds: null },
    redis: { kind: 'redis-server', url: 'redis://login:6379/0' },
    queue: { waiting: 5, delayed: 0, active: 2 * nodes, unsettled: 0 },
    claimed: null,
    putOff: [],
    leftOut: null,
    paused: null,
    allocations: { open: [], paused: [] },
    serve: null,
    consumers,
    failures: [
      {
        recordId: 99,
        name: 'UCl4-7',
        class: 'scf_not_converged',
        node: 'n1',
        endedAt: '2026-11-30T11:50:00.000Z',
      },
    ],
    names: { 11: 'uranyl' },
    ...changes,
  };
}
