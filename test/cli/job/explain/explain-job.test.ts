import { describe, expect, it } from 'vitest';
import { explainJob } from '../../../../cli/job/explain/explain-job.ts';
import { type Changes, before, consumer, ended, facts, now, onQueue, open, queued } from './a-job.ts';

describe('explainJob, before a job runs', () => {
  it.each<[string, Changes, string, RegExp, RegExp]>([
    ['waits in the database', {}, 'not_enqueued', /not on the queue yet/, /oact enqueue --ids 17/],
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
      'would share a directory',
      { unfit: { kind: 'skipped', reason: 'orig_index 3 belongs to several records' } },
      'left_out',
      /no claim takes it: orig_index 3 belongs to several/,
      /oact enqueue --dry-run/,
    ],
    [
      'has a wrong parity',
      { unfit: { kind: 'refused', reason: '107 electrons (charge 1) cannot have multiplicity 1' } },
      'refused',
      /cannot be computed: 107 electrons/,
      /oact set 17 --charge/,
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
      { stopped: { batchId: 4, endings: 5, error: 'input_keyword: B3LIP', isFirst: true, nodes: 1 } },
      'batch_stopped',
      /batch 4 was stopped.*input_keyword: B3LIP.*Correct the keywords/,
      /oact job input 17/,
    ],
    ['has a word of nobody as status', { record: { status: 'done' } }, 'unknown_status', /'done'/, /^$/],
    [
      'is claimed by another tool',
      { record: { status: 'running' } },
      'foreign',
      /Another tool marked it/,
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
      /the next job.*2 consumers have 24 of 24/,
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
      /needs 2h00m.*no consumer has more than 1h00m left/,
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
      'is a retry that waits',
      onQueue(
        { state: 'delayed', delayedUntil: before(-90) },
        {
          attempt: 2,
          retryOf: 1,
          retryReason: 'its MPI ranks lost each other',
          notBefore: before(-90),
          avoidNodes: ['n5'],
        },
      ),
      'delayed',
      /put off, because .*may pass.*in 1m30s.*ranks lost each other, put off until .*, not on n5 if another node/,
      /^$/,
    ],
    [
      'is not in the queue',
      onQueue({ state: 'unknown' }),
      'not_in_queue',
      /has c17-a1 as queued/,
      /oact reconcile --once/,
    ],
    [
      'has ended',
      onQueue({ state: 'failed' }),
      'not_settled',
      /not in the database yet/,
      /oact reconcile --once/,
    ],
  ])('of a record that %s', (_, changes, state, words, commands) => {
    const explanation = explainJob(facts(changes), now);
    expect(explanation.state).toBe(state);
    expect(explanation.text.join(' ')).toMatch(words);
    expect(explanation.next.join('\n')).toMatch(commands);
    expect(explanation.text.join(' ')).not.toMatch(/undefined|null|NaN|\.\./);
  });
});
