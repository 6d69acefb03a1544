import { rowOf } from '../../../orca/failures/catalogue.ts';
import { describeCure, describeStop } from '../../../core/waiting/stopped-batch.ts';
import { describeWait } from '../../../core/job/retry.ts';
import { formatDuration } from '../../../core/config/duration.ts';
import type { AttemptView } from '../../../workflow/lookup/show-record.ts';
import { explainQueued } from './explain-queued.ts';
import type { Explanation, JobFacts } from './job-facts.ts';

/** Decides from the facts alone. */
export function explainJob(facts: JobFacts, now: Date): Explanation {
  const explanation = explainState(facts, now);
  if (facts.lane === undefined) return explanation;
  const { name, why, cores } = facts.lane;
  const size = cores === null ? '' : `, ${cores} cores`;
  const reason = why === null ? '' : `, because: ${why}`;
  return { ...explanation, text: [...explanation.text, `Its lane is ${name}${size}${reason}.`] };
}

function explainState(facts: JobFacts, now: Date): Explanation {
  const { status } = facts.record;
  if (status === 'to_run' || status === 'ready') return explainWaiting(facts);
  if (status === 'running') return explainRunning(facts, now);
  if (status === 'completed') return explainCompleted(facts);
  if (status === 'failed' || status === 'timeout') return explainFailed(facts);
  return {
    state: 'unknown_status',
    text: [`Its status '${status ?? 'NULL'}' is unknown, so it will never run.`],
    next: [],
  };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function explainWaiting({
  record,
  marker,
  maxFailCount,
  unfit,
  stopped,
  busy,
  pause,
}: JobFacts): Explanation {
  const { id } = record;
  const failCount = record.failCount ?? 0;
  const isCapped = maxFailCount !== null && failCount >= maxFailCount;
  const claim = `oact enqueue --ids ${id}${isCapped ? ` --max-fail-count ${failCount + 1}` : ''}`;
  const resume = pause === null ? [] : ['oact resume'];
  if (unfit?.kind === 'skipped')
    return {
      state: 'left_out',
      text: [`It waits in the database, but no claim takes it: ${unfit.reason}.`],
      next: ['oact enqueue --dry-run', 'oact status'],
    };
  if (unfit?.kind === 'refused')
    return {
      state: 'refused',
      text: [
        `It waits in the database, but cannot be computed: ${unfit.reason}. The next claim settles it as failed.`,
      ],
      next: [`oact set ${id} --charge N --multiplicity N --dry-run`, `oact job input ${id}`],
    };
  if (marker !== null)
    return {
      state: 'marked',
      text: [`It waits in the database, but cannot run: ${marker}. The next claim settles it as failed.`],
      next: [
        `${claim} && oact requeue --ids ${id} --unblock${isCapped ? ' --reset-fail-count' : ''}`,
        ...resume,
      ],
    };
  if (isCapped)
    return {
      state: 'fail_cap',
      text: [
        `It waits in the database, but has failed ${times(failCount)}, and job.maxFailCount is ${maxFailCount}: no claim takes it.`,
        ...describeLastFailure(record.attempts),
      ],
      next: [claim, ...resume],
    };
  if (stopped !== null)
    return {
      state: 'batch_stopped',
      text: [`It waits in the database, because ${describeStop(stopped)}.`, describeCure(stopped)],
      next: [`oact job input ${id}`, claim, ...resume],
    };
  return {
    state: 'not_enqueued',
    text: [
      'It waits in the database and is not on the queue yet.',
      ...(busy === null ? [] : [`${busy}, so it may be queued soon.`]),
      ...(pause === null
        ? []
        : ['The campaign is paused: jobs are queued, but none starts until oact resume.']),
      ...describeLastFailure(record.attempts),
    ],
    next: [claim, 'oact serve   keeps the queue filled', ...resume],
  };
}

function explainRunning(facts: JobFacts, now: Date): Explanation {
  const { record, queued } = facts;
  const open = record.attempts.find(({ settledAt }) => settledAt === null);
  if (open === undefined || queued === null)
    return {
      state: 'foreign',
      text: ['Another tool marked it as running: that tool works on it, or was killed while it did.'],
      next: ['oact recover --dry-run   shows what is on disk'],
    };
  const retry =
    open.retryOf === null
      ? []
      : [
          `It is attempt ${open.attempt}, because ${open.retryReason ?? 'the one before failed'}${describeWait(open)}.`,
        ];
  if (facts.cancelReason !== null)
    return {
      state: 'cancelling',
      text: [
        `It is being cancelled (${facts.cancelReason}). The consumer that runs it stops it within a minute; a lost consumer keeps it until the lock expires.`,
      ],
      next: [`oact job explain ${record.id}`, 'oact serve   settles it'],
    };
  if ('error' in queued)
    return {
      state: 'queue_unknown',
      text: [
        `It was put on the queue at ${open.queuedAt}, but the queue cannot be read: ${queued.error}.`,
        ...(facts.busy === null ? [] : [`${facts.busy}.`]),
        ...retry,
      ],
      next: ['oact redis status'],
    };
  const explanation = explainQueued(queued, record.id, now, facts.pause, open.retryOf !== null);
  return { ...explanation, text: [...explanation.text, ...retry] };
}

function explainCompleted({ record }: JobFacts): Explanation {
  const last = record.attempts.findLast(({ outcome }) => outcome === 'completed');
  const energy = record.finalEnergyHartree === null ? '' : ` Its energy is ${record.finalEnergyHartree} Eh.`;
  const how =
    last === undefined
      ? 'It is completed, according to another tool.'
      : `It is completed: attempt ${last.attempt}${describePlace(last)}.`;
  return {
    state: 'completed',
    text: [how + energy, ...(last?.warnings ?? []).map((warning) => `Warning: ${warning}.`)],
    next: [`oact job cat ${record.id}`],
  };
}

function explainFailed(facts: JobFacts): Explanation {
  const { record, marker, maxFailCount } = facts;
  const last = record.attempts.findLast(({ outcome }) => outcome === 'failed' || outcome === 'timed_out');
  const said = record.errorMessage ?? last?.reason ?? null;
  const capped = maxFailCount !== null && (record.failCount ?? 0) >= maxFailCount;
  const cap = capped
    ? [`It has failed ${times(record.failCount ?? 0)}, as often as job.maxFailCount allows.`]
    : [];
  if (last === undefined)
    return {
      state: record.status === 'timeout' ? 'timed_out' : 'failed',
      text: [
        `Another tool has marked it as ${record.status}${said === null ? ', without a reason' : `: ${said}`}.`,
        ...cap,
      ],
      next: [`oact job cat ${record.id}`, requeueOf(record.id, capped, marker !== null)],
    };
  const failureClass = last.outcome === 'timed_out' ? 'timed_out' : (last.class ?? 'unknown');
  const { words: because, cure, command } = rowOf(failureClass);
  const requeue = requeueOf(record.id, capped, marker !== null);
  const advised = command?.replaceAll('ID', String(record.id));
  // The catalogue knows neither cap nor marker: its requeue gets what they need.
  const commands = advised?.startsWith('oact requeue') === true ? [] : [advised];
  commands.push(requeue);
  const tries = record.attempts.filter(({ outcome }) => outcome === last.outcome).length;
  return {
    state: last.outcome === 'timed_out' ? 'timed_out' : 'failed',
    text: [
      `It ${last.outcome === 'timed_out' ? 'was stopped' : 'failed'}${tries > 1 ? ` ${times(tries)}, the last time` : ''}${describePlace(last)}, because ${because} (${failureClass})${said === null ? '' : `: ${said}`}.`,
      ...(last.notRetried === null ? [] : [`oact does not retry it: ${last.notRetried}.`]),
      ...(marker !== null && failureClass !== 'blocked' ? [`${marker}.`] : []),
      ...cap,
      cure,
    ],
    next: commands.filter((one) => one !== undefined),
  };
}

function requeueOf(id: number, capped: boolean, marked: boolean): string {
  return `oact requeue --ids ${id}${capped ? ' --reset-fail-count' : ''}${marked ? ' --unblock' : ''}`;
}

/** ` on n3 after 20m00s` */
function describePlace({ node, elapsedSeconds }: AttemptView): string {
  const where = node === null ? '' : ` on ${node}`;
  return elapsedSeconds === null ? where : `${where} after ${formatDuration(elapsedSeconds)}`;
}

function describeLastFailure(attempts: readonly AttemptView[]): string[] {
  const last = attempts.findLast(({ outcome }) => outcome === 'failed' || outcome === 'timed_out');
  if (last === undefined) return [];
  const failureClass = last.outcome === 'timed_out' ? 'timed_out' : (last.class ?? 'unknown');
  return [`Attempt ${last.attempt} failed, because ${rowOf(failureClass).words} (${failureClass}).`];
}
