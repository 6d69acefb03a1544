/** What is known of a record and its jobs, for explanations: changes are laid over one that waits in the database. */
import type { ConsumerFacts, JobFacts, QueuedFacts } from '../../../../cli/job/explain/job-facts.ts';
import type { AttemptView, RecordView } from '../../../../workflow/lookup/show-record.ts';
import { noResults } from '../../../workflow/no-results.ts';

export const now = new Date('2026-11-22T12:00:00.000Z');
export const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

export const ended: AttemptView = {
  ...noResults,
  attempt: 1,
  jobId: 'c17-a1',
  batchId: 4,
  retryOf: null,
  retryReason: null,
  notBefore: null,
  avoidNodes: [],
  remedies: [],
  notRetried: null,
  queuedAt: before(9000),
  settledAt: before(100),
  outcome: 'failed',
  class: 'scf_not_converged',
  reason: 'SCF NOT CONVERGED AFTER 125 CYCLES',
  node: 'n3',
  allocationId: '4711',
  slot: 2,
  cores: [16, 17],
  startedAt: before(1300),
  finishedAt: before(100),
  elapsedSeconds: 1200,
  program: 'orca 6.1.0',
  warnings: [],
  starts: 1,
  lost: 0,
  handedBack: 0,
  faults: 0,
};
export const open: AttemptView = {
  ...ended,
  settledAt: null,
  outcome: null,
  class: null,
  reason: null,
  node: null,
  elapsedSeconds: null,
};
const record: RecordView = {
  id: 17,
  name: null,
  source: null,
  origIndex: 16,
  elements: 'U;O;O',
  status: 'to_run',
  failCount: 0,
  charge: 2,
  multiplicity: 1,
  jobDir: '/jobs/job_16',
  errorMessage: null,
  finalEnergyHartree: null,
  maxForces: null,
  scfCycles: null,
  wallTimeSeconds: null,
  ranks: null,
  attempts: [],
};
export const consumer: ConsumerFacts = {
  node: 'n1',
  state: 'running',
  slots: 12,
  busy: 12,
  secondsLeft: null,
};
export const queued: QueuedFacts = {
  jobId: 'c17-a1',
  state: 'waiting',
  isPaused: false,
  ahead: 3,
  delayedUntil: null,
  lastFault: null,
  lastNode: null,
  counts: { starts: 0, lost: 0, handedBack: 0, faults: 0 },
  timeRequestSeconds: 0,
  running: null,
  consumers: [consumer],
};

export type Changes = Partial<Omit<JobFacts, 'record'>> & { record?: Partial<RecordView> };
export const facts = ({ record: recordChanges, ...changes }: Changes): JobFacts => ({
  record: { ...record, ...recordChanges },
  marker: null,
  maxFailCount: null,
  unfit: null,
  stopped: null,
  pause: null,
  cancelReason: null,
  queued: null,
  busy: null,
  ...changes,
});
export const onQueue = (changes: Partial<QueuedFacts>, attempt: Partial<AttemptView> = {}): Changes => ({
  record: { status: 'running', attempts: [{ ...open, ...attempt }] },
  queued: { ...queued, ...changes },
});
export const running = { node: 'n7', slot: 2, since: before(600), progress: null, isSilent: false };
export const failed = (attempt: Partial<AttemptView>, changes: Changes = {}): Changes => ({
  ...changes,
  record: {
    status: 'failed',
    failCount: 1,
    errorMessage: 'its words',
    attempts: [{ ...ended, ...attempt }],
    ...changes.record,
  },
});
