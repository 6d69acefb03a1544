// oxlint-disable max-lines -- one table: a line for each state a job can be in
import { describe, expect, it } from 'vitest';
import { explainJob } from '../../../../cli/job/explain/explain-job.ts';
import type { ConsumerFacts, JobFacts, QueuedFacts } from '../../../../cli/job/explain/job-facts.ts';
import { failureClasses, rowOf } from '../../../../orca/failures/catalogue.ts';
import type { AttemptView, RecordView } from '../../../../workflow/reports/show-record.ts';
import { anOptimization } from '../../a-progress.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const before = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

const ended: AttemptView = {
  attempt: 1,
  jobId: 'c17-a1',
  batchId: 4,
  retryOf: null,
  retryReason: null,
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
  restartedFrom: null,
  earlierScfCycles: null,
  earlierOptimizationCycles: null,
  earlierSeconds: null,
};
const open: AttemptView = {
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
const consumer: ConsumerFacts = { node: 'n1', state: 'running', slots: 12, busy: 12, secondsLeft: null };
const queued: QueuedFacts = {
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

type Changes = Partial<Omit<JobFacts, 'record'>> & { record?: Partial<RecordView> };
const facts = ({ record: recordChanges, ...changes }: Changes): JobFacts => ({
  record: { ...record, ...recordChanges },
  marker: null,
  maxFailCount: null,
  stopped: null,
  pause: null,
  cancelReason: null,
  queued: null,
  busy: null,
  ...changes,
});
const onQueue = (changes: Partial<QueuedFacts>, attempt: Partial<AttemptView> = {}): Changes => ({
  record: { status: 'running', attempts: [{ ...open, ...attempt }] },
  queued: { ...queued, ...changes },
});
const running = { node: 'n7', slot: 2, since: before(600), progress: null, isSilent: false };
const failed = (attempt: Partial<AttemptView>, changes: Changes = {}): Changes => ({
  ...changes,
  record: {
    status: 'failed',
    failCount: 1,
    errorMessage: 'its words',
    attempts: [{ ...ended, ...attempt }],
    ...changes.record,
  },
});

describe('explainJob', () => {
  it.each<[string, Changes, string, RegExp, RegExp]>([
    ['waits in the database', {}, 'not_enqueued', /nobody has put it on the queue/, /oact enqueue --ids 17/],
    [
      'as the old word',
      { record: { status: 'ready' } },
      'not_enqueued',
      /waits in the database/,
      /oact enqueue/,
    ],
    [
      'has failed too often',
      { maxFailCount: 3, record: { failCount: 3, attempts: [ended] } },
      'fail_cap',
      /failed 3 times, and job.maxFailCount is 3.*Attempt 1 failed, because the SCF did not converge/,
      /--max-fail-count 4/,
    ],
    [
      'is under the cap',
      { maxFailCount: 3, record: { failCount: 2 } },
      'not_enqueued',
      /waits in the database/,
      /oact enqueue/,
    ],
    [
      'is blocked by a marker',
      { marker: 'Blocked by .do_not_rerun.json marker: bad' },
      'marked',
      /Blocked by .do_not_rerun.json marker: bad/,
      /--unblock/,
    ],
    [
      'was given back with its batch',
      { stopped: { batchId: 4, endings: 5, error: 'input_keyword: B3LIP' } },
      'batch_stopped',
      /batch 4 was stopped.*input_keyword: B3LIP.*Correct the words/,
      /oact job input 17/,
    ],
    ['has a word of nobody as status', { record: { status: 'done' } }, 'unknown_status', /'done'/, /^$/],
    [
      'is claimed by another tool',
      { record: { status: 'running' } },
      'foreign',
      /not by oact/,
      /oact recover --dry-run/,
    ],
    [
      'cannot be asked for',
      {
        record: { status: 'running', attempts: [open] },
        queued: { error: 'no Redis' },
        busy: 'oact run is at work',
      },
      'queue_unknown',
      /no Redis.*oact run is at work/,
      /oact redis status/,
    ],
    [
      'waits behind others',
      onQueue({}),
      'queued',
      /behind 3 jobs; 1 consumer has 12 of 12 slots busy/,
      /oact top/,
    ],
    ['waits behind one', onQueue({ ahead: 1 }), 'queued', /behind 1 job;/, /oact top/],
    [
      'is next',
      onQueue({ ahead: 0, consumers: [consumer, consumer] }),
      'queued',
      /the next one.*2 consumers have 24 of 24/,
      /oact top/,
    ],
    [
      'waits again',
      onQueue({ counts: { starts: 3, lost: 1, handedBack: 2, faults: 0 } }),
      'queued',
      /started 3 times: interrupted 2 times, lost 1 times/,
      /oact top/,
    ],
    ['has no consumer', onQueue({ consumers: [] }), 'no_consumer', /no consumer runs/, /sbatch/],
    [
      'has consumers that take nothing',
      onQueue({
        consumers: [
          { ...consumer, state: 'draining' },
          { ...consumer, state: 'silent' },
        ],
      }),
      'no_consumer',
      /1 draining, 1 silent/,
      /sbatch/,
    ],
    [
      'fits no walltime',
      onQueue({
        timeRequestSeconds: 7200,
        consumers: [
          { ...consumer, secondsLeft: 3600 },
          { ...consumer, secondsLeft: 60 },
        ],
      }),
      'no_walltime',
      /asks for 2h00m.*no consumer has more than 1h00m left/,
      /walltime/,
    ],
    [
      'fits one walltime',
      onQueue({ timeRequestSeconds: 7200, consumers: [{ ...consumer, secondsLeft: 3600 }, consumer] }),
      'queued',
      /behind 3/,
      /oact top/,
    ],
    [
      'waits on a paused queue',
      onQueue({ isPaused: true, consumers: [] }),
      'paused',
      /paused: no/,
      /oact resume/,
    ],
    [
      'waits in a paused campaign',
      { ...onQueue({}), pause: { since: before(3600), reason: 'the disk is full' } },
      'paused',
      /paused for 1h00m \(the disk is full\)/,
      /oact resume/,
    ],
    [
      'is being cancelled',
      { ...onQueue({}), cancelReason: 'wrong charge' },
      'cancelling',
      /cancelled \(wrong charge\)/,
      /oact job explain/,
    ],
    [
      'waits after a fault',
      onQueue({
        state: 'delayed',
        delayedUntil: before(-90),
        lastFault: 'the disk is full',
        lastNode: 'n5',
        counts: { ...queued.counts, faults: 2 },
      }),
      'delayed',
      /the disk is full \(on n5\), fault 2.*in 1m30s/,
      /oact consumer list/,
    ],
    [
      'is not in the queue',
      onQueue({ state: 'unknown' }),
      'not_in_queue',
      /does not know c17-a1/,
      /oact reconcile --once/,
    ],
    [
      'has ended',
      onQueue({ state: 'failed' }),
      'not_settled',
      /not in the database yet/,
      /oact reconcile --once/,
    ],
    ['starts', onQueue({ state: 'active' }), 'running', /about to start/, /oact job tail 17 -f/],
    [
      'runs',
      onQueue({ state: 'active', running: { ...running, progress: anOptimization(before(3)) } }),
      'running',
      /runs on n7, slot 2, for 10m00s: SCF, cycle 7 of at most 50, SCF iteration 12/,
      /oact job tail 17 -f/,
    ],
    [
      'stalls',
      onQueue({
        state: 'active',
        running: { ...running, progress: { ...anOptimization(before(3)), stalledSince: before(3600) } },
      }),
      'stalled',
      /used no CPU for 1h00m/,
      /oact job tail/,
    ],
    [
      'has a silent consumer',
      onQueue({ state: 'active', running: { ...running, isSilent: true } }),
      'lost',
      /n7.*fallen silent.*within 15m00s/,
      /oact consumer list/,
    ],
    [
      'runs again',
      onQueue({ state: 'active', running }, { attempt: 2, retryOf: 1, retryReason: 'SCF did not converge' }),
      'running',
      /attempt 2, because SCF did not converge/,
      /tail/,
    ],
    [
      'failed for good',
      failed({ notRetried: 'it was tried 3 times' }),
      'failed',
      /on n3 after 20m00s, because the SCF did not converge \(scf_not_converged\): its words.*No other attempt follows: it was tried 3 times.*Check charge/,
      /oact job cat 17\noact requeue --ids 17/,
    ],
    [
      'failed of its input',
      failed({ class: 'input_keyword' }),
      'failed',
      /does not know a word.*Correct the recipe/,
      /oact job input 17\noact requeue/,
    ],
    [
      'failed of memory',
      failed({ class: 'oom_killed' }),
      'failed',
      /for its memory.*--cores-per-slot/,
      /^oact requeue --ids 17$/,
    ],
    [
      'failed at the cap',
      failed({ class: 'oom_killed' }, { maxFailCount: 1 }),
      'failed',
      /as often as job.maxFailCount allows/,
      /^oact requeue --ids 17 --reset-fail-count$/,
    ],
    [
      'failed and is marked',
      failed({ class: 'oom_killed' }, { marker: 'Blocked by a marker' }),
      'failed',
      /Blocked by a marker/,
      /^oact requeue --ids 17 --unblock$/,
    ],
    ['failed of a new class', failed({ class: 'of_tomorrow' }), 'failed', /of_tomorrow/, /oact job cat 17/],
    [
      'timed out',
      failed({ outcome: 'timed_out', class: null }, { record: { status: 'timeout' } }),
      'timed_out',
      /own time limit.*--job-timeout/,
      /oact requeue --ids 17/,
    ],
    [
      'was judged by another tool',
      { record: { status: 'failed', errorMessage: 'aborting the run' } },
      'failed',
      /Another tool.*aborting the run/,
      /oact requeue --ids 17/,
    ],
    [
      'is completed',
      {
        record: {
          status: 'completed',
          finalEnergyHartree: -626.6,
          attempts: [{ ...ended, outcome: 'completed', class: null, warnings: ['a large gradient'] }],
        },
      },
      'completed',
      /attempt 1 on n3 after 20m00s. Its energy is -626.6 Eh. Warning: a large gradient/,
      /oact job cat 17/,
    ],
  ])('of a record that %s', (_, changes, state, words, commands) => {
    const explanation = explainJob(facts(changes), now);
    expect(explanation.state).toBe(state);
    expect(explanation.text.join(' ')).toMatch(words);
    expect(explanation.next.join('\n')).toMatch(commands);
    expect(explanation.text.join(' ')).not.toMatch(/undefined|null|NaN|\.\./);
  });
});

it('every class has a cure, and one that nobody knows, too', () => {
  for (const name of failureClasses) expect(rowOf(name).cure).toMatch(/\.$/);
  expect(rowOf('of_tomorrow').command).toBe('oact job cat ID');
});
