import { secondsSince } from '../../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../../core/config/duration.ts';
import { lockSeconds } from '../../../core/job/queue-names.ts';
import type { Pause } from '../../../workflow/steering/pause.ts';
import type { ConsumerFacts, Explanation, QueuedFacts } from './job-facts.ts';
import { describeCycle, describePhase, describeScf } from '../../status/render-progress.ts';

/** Why a job of the queue does not run, or how it does. */
export function explainQueued(
  queued: QueuedFacts,
  recordId: number,
  now: Date,
  pause: Pause | null,
  isRetry = false,
): Explanation {
  switch (queued.state) {
    case 'active':
      return explainActive(queued, recordId, now);
    case 'completed':
    case 'failed':
      return {
        state: 'not_settled',
        text: ['It has ended, but its outcome is not in the database yet.'],
        next: ['oact reconcile --once', 'oact serve   settles all finished jobs'],
      };
    case 'delayed':
      return explainDelayed(queued, now, isRetry);
    case 'unknown':
      return {
        state: 'not_in_queue',
        text: [
          `The database has ${queued.jobId} as queued, but the queue does not have it. The next audit adds it again.`,
        ],
        next: ['oact reconcile --once', 'oact serve'],
      };
    default:
      return explainWaitingJob(queued, now, pause);
  }
}

function explainActive({ running, jobId, counts }: QueuedFacts, recordId: number, now: Date): Explanation {
  const next = [`oact job tail ${recordId} -f`];
  if (running === null)
    return { state: 'running', text: [`A consumer has taken ${jobId}; it is about to start.`], next };
  const { node, slot, since, progress, isSilent } = running;
  const where = `${node}${slot === null ? '' : `, slot ${slot}`}`;
  const long = since === null ? '' : `, for ${ago(since, now)}`;
  if (isSilent)
    return {
      state: 'lost',
      text: [
        `It ran on ${where}${long}, but that consumer is silent. If the consumer does not come back, the lock expires within ${formatDuration(lockSeconds)} and the job starts again elsewhere.`,
        ...(counts.lost > 0 ? [`It was lost ${counts.lost} times before.`] : []),
      ],
      next: ['oact consumer list'],
    };
  if (progress !== null && progress.stalledSince !== null)
    return {
      state: 'stalled',
      text: [
        `It runs on ${where}${long}, but has written nothing and used no CPU for ${ago(progress.stalledSince, now)}. It runs until its time limit, or until you cancel it.`,
      ],
      next: [`oact job tail ${recordId}`],
    };
  const doing =
    progress === null
      ? null
      : [describePhase(progress), describeCycleWords(progress), describeScfWords(progress)];
  const words = doing?.filter((part) => part !== null).join(', ');
  return {
    state: 'running',
    text: [`It runs on ${where}${long}${words === undefined ? '' : `: ${words}`}.`],
    next,
  };
}

type Progress = NonNullable<NonNullable<QueuedFacts['running']>['progress']>;

function describeCycleWords(progress: Progress): string | null {
  const cycle = describeCycle(progress);
  return cycle && `cycle ${cycle}`;
}

function describeScfWords(progress: Progress): string | null {
  const scf = describeScf(progress);
  return scf && `SCF ${progress.scf?.converged === null ? 'iteration ' : ''}${scf}`;
}

function explainDelayed(
  { delayedUntil, lastFault, lastNode, counts }: QueuedFacts,
  now: Date,
  isRetry: boolean,
): Explanation {
  const seconds = delayedUntil === null ? 0 : -secondsSince(delayedUntil, now);
  const when = seconds > 0 ? `in ${formatDuration(seconds)}` : 'as soon as a slot is free';
  if (counts.faults === 0 && isRetry)
    return {
      state: 'delayed',
      text: [`It is put off, because the cause of the previous failure may pass. It starts again ${when}.`],
      next: [],
    };
  const fault = lastFault === null ? 'a fault' : `this fault: ${lastFault}`;
  // A node that sees the campaign elsewhere, or is too old, is to blame alone: its fault is not counted.
  const count = counts.faults === 0 ? '' : `, fault ${counts.faults} of this job`;
  return {
    state: 'delayed',
    text: [
      `It met ${fault}${lastNode === null ? '' : ` (on ${lastNode})`}${count}, and comes again ${when}. Nothing is charged to the record.`,
    ],
    next: ['oact consumer list'],
  };
}

/** The first thing that keeps it from being taken. */
function explainWaitingJob(queued: QueuedFacts, now: Date, pause: Pause | null): Explanation {
  const { isPaused, consumers, timeRequestSeconds, ahead, counts } = queued;
  const present = consumers.filter(({ state }) => state === 'running');
  const came = counts.handedBack + counts.lost;
  const history =
    came > 0
      ? [
          `It was started ${counts.starts} times: interrupted ${counts.handedBack} times, lost ${counts.lost} times.`,
        ]
      : [];
  if (isPaused || pause !== null) {
    const since = pause === null ? '' : ` for ${ago(pause.since, now)}`;
    const why = pause?.reason ? ` (${pause.reason})` : '';
    return {
      state: 'paused',
      text: [`It waits on the queue, which is paused${since}${why}: no job starts.`, ...history],
      next: ['oact resume'],
    };
  }
  if (present.length === 0)
    return {
      state: 'no_consumer',
      text: [
        consumers.length === 0
          ? 'It waits on the queue, and no consumer runs.'
          : `It waits on the queue, and no consumer takes jobs: ${describeStates(consumers)}.`,
        ...history,
      ],
      next: [
        'sbatch consumer.slurm   or: flux batch consumer.flux',
        'oact consume   on a machine of your own',
      ],
    };
  const longest = longestWalltime(present);
  if (longest !== null && longest < timeRequestSeconds)
    return {
      state: 'no_walltime',
      text: [
        `It waits on the queue, because it needs ${formatDuration(timeRequestSeconds)} of walltime (--time-request) and no consumer has more than ${formatDuration(Math.max(0, longest))} left.`,
        ...history,
      ],
      next: ['sbatch --time=… consumer.slurm   with a longer walltime'],
    };
  const slots = present.reduce((sum, one) => sum + one.slots, 0);
  const busy = present.reduce((sum, one) => sum + one.busy, 0);
  const place =
    ahead === null
      ? 'It waits on the queue'
      : ahead === 0
        ? 'It is the next job on the queue'
        : `It waits on the queue behind ${ahead.toLocaleString('en')} ${ahead === 1 ? 'job' : 'jobs'}`;
  return {
    state: 'queued',
    text: [
      `${place}; ${present.length === 1 ? '1 consumer has' : `${present.length} consumers have`} ${busy} of ${slots} slots busy.`,
      ...history,
    ],
    next: ['oact top'],
  };
}

/** null: one of them knows no end. */
function longestWalltime(consumers: readonly ConsumerFacts[]): number | null {
  const left = consumers.map(({ secondsLeft }) => secondsLeft);
  return left.includes(null) ? null : Math.max(...left.filter((seconds) => seconds !== null));
}

function describeStates(consumers: readonly ConsumerFacts[]): string {
  const count = (state: ConsumerFacts['state']): number =>
    consumers.filter((one) => one.state === state).length;
  return (['draining', 'silent'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
    .join(', ');
}

function ago(time: string, now: Date): string {
  return formatDuration(Math.max(0, secondsSince(time, now)));
}
