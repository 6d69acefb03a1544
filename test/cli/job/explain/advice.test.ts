/** Over all states that a job can be in, together: no command is advised that cannot help as things stand. */
import { expect, it } from 'vitest';
import { explainJob } from '../../../../cli/job/explain/explain-job.ts';
import type { Explanation, JobFacts, QueuedFacts } from '../../../../cli/job/explain/job-facts.ts';
import { failureClasses } from '../../../../orca/failures/catalogue.ts';
import { before, type Changes, consumer, facts, failed, now, onQueue, open, running } from './a-job.ts';

const pause = { since: before(60), by: 'me', reason: 'maintenance' };
const conditions: Changes[] = [null, 'it is marked'].flatMap((marker) =>
  [null, 3].flatMap((maxFailCount) =>
    [null, pause].map((one): Changes => ({ marker, maxFailCount, pause: one })),
  ),
);
const unfits: JobFacts['unfit'][] = [
  null,
  { kind: 'skipped', reason: 'its directory lies elsewhere' },
  { kind: 'refused', reason: '157 electrons cannot have multiplicity 1' },
];
const counts = [
  { starts: 0, lost: 0, handedBack: 0, faults: 0 },
  { starts: 4, lost: 1, handedBack: 1, faults: 2 },
];
const queues: Partial<QueuedFacts>[] = counts.flatMap((one) => [
  { counts: one, state: 'waiting' },
  { counts: one, state: 'waiting', isPaused: true },
  { counts: one, state: 'waiting', consumers: [] },
  { counts: one, state: 'waiting', consumers: [{ ...consumer, state: 'silent' }] },
  { counts: one, state: 'waiting', timeRequestSeconds: 7200, consumers: [{ ...consumer, secondsLeft: 60 }] },
  { counts: one, state: 'prioritized' },
  { counts: one, state: 'delayed', delayedUntil: before(-90), lastFault: 'the job root is not there' },
  { counts: one, state: 'delayed', delayedUntil: before(10), lastFault: null },
  { counts: one, state: 'active' },
  { counts: one, state: 'active', running },
  { counts: one, state: 'active', running: { ...running, isSilent: true } },
  { counts: one, state: 'completed' },
  { counts: one, state: 'failed' },
  { counts: one, state: 'unknown' },
]);
const classes = [...failureClasses, 'a class of another version'];

/** Every state with every condition that may hold at the same time. */
const all: JobFacts[] = conditions.flatMap((condition) => {
  const over = (changes: Changes): JobFacts =>
    facts({ ...condition, ...changes, record: { ...changes.record, failCount: 5 } });
  return [
    ...['to_run', 'ready'].flatMap((status) => unfits.map((unfit) => over({ unfit, record: { status } }))),
    ...queues.map((queue) => over(onQueue(queue))),
    over({ ...onQueue({}), cancelReason: 'not needed' }),
    over({ record: { status: 'running', attempts: [] } }),
    over({ record: { status: 'running', attempts: [open] }, queued: { error: 'Redis is away' } }),
    over({ record: { status: 'completed', attempts: [] } }),
    over({ record: { status: 'failed', attempts: [] } }),
    over({ record: { status: 'timeout', attempts: [] } }),
    over({ record: { status: null } }),
    ...classes.map((one) => over(failed({ class: one }))),
    over(failed({ outcome: 'timed_out', class: null })),
  ];
});

/** What is wrong with an explanation. */
function findBadAdvice(given: JobFacts, { text, next, state }: Explanation): string[] {
  const { record, maxFailCount, marker, pause: paused, unfit, queued } = given;
  const isCapped = maxFailCount !== null && (record.failCount ?? 0) >= maxFailCount;
  const waits = record.status === 'to_run' || record.status === 'ready';
  const claims = next.filter((one) => /oact enqueue --ids/.test(one));
  const requeues = next.filter((one) => /oact requeue/.test(one));
  const faults = queued !== null && 'counts' in queued ? queued.counts.faults : null;
  const rules: [isBroken: boolean, words: string][] = [
    [text.length === 0 || text.some((line) => /undefined|NaN|\[object/.test(line)), 'words are missing'],
    [next.some((one) => !/^(oact|sbatch) /.test(one)), 'something that is no command'],
    [next.length === 0 && !['unknown_status', 'delayed'].includes(state), 'no way out'],
    [isCapped && claims.some((one) => !one.includes(`--max-fail-count 6`)), 'a claim that the cap refuses'],
    [waits && unfit !== null && claims.length > 0, 'a claim that settles it as failed, or takes nothing'],
    [
      waits && marker !== null && claims.some((one) => !one.includes('--unblock')),
      'a claim that the marker refuses',
    ],
    [
      waits && paused !== null && claims.length > 0 && !next.includes('oact resume'),
      'a claim of which nothing is given out',
    ],
    [
      isCapped && requeues.some((one) => !one.includes('--reset-fail-count')),
      'a requeue that the cap refuses',
    ],
    [
      marker !== null && requeues.some((one) => !one.includes('--unblock')),
      'a requeue that the marker refuses',
    ],
    [record.status === 'running' && claims.length + requeues.length > 0, 'a claim of what is on the queue'],
    [faults === 0 && text.some((line) => /\bfault \d/.test(line)), 'a fault counted that was not'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, words]) => words);
}

it('never advises what cannot help', () => {
  expect(all.length).toBeGreaterThan(400);
  const bad = all.flatMap((given) => {
    const explanation = explainJob(given, now);
    return findBadAdvice(given, explanation).map(
      (words) => `${explanation.state}: ${words}: ${explanation.next.join(' | ')}`,
    );
  });
  expect([...new Set(bad)]).toEqual([]);
});
