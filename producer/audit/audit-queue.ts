import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../core/logger.ts';
import { takeTurns } from '../../core/take-turns.ts';
import { listForeignVerdicts, overruleForeignVerdicts } from '../../workflow/other-tools/foreign-verdicts.ts';
import { mayBeAdded, noteEmptyQueue } from './note-empty-queue.ts';
import type { ExpectTimes } from '../enqueue.ts';
import { readdJobs } from './readd-jobs.ts';
import { type QueueLists, listsOf } from './scan-queue.ts';
import { applyCancellations, listUnwanted } from '../steering/apply-cancellations.ts';
import { keepPause } from '../steering/keep-pause.ts';
import { releaseLost, releaseStopped } from '../steering/release-stopped.ts';
import { type OpenAttempt, listOpenAttempts } from '../../workflow/attempts/list-open-attempts.ts';
import { closeOverruled, listOverruled } from '../../workflow/other-tools/overruled-attempts.ts';
import { filterOpen } from '../../workflow/attempts/filter-open.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

export interface AuditReport {
  /** Open attempts that were compared with the queue. */
  checked: number;
  /** Attempts that the queue had lost and that are on it again. */
  readded: number;
  /** Lost attempts whose record cannot be made into a job any more: settled as failed. */
  refused: number;
  /** Lost attempts that are added later: their consumers may not have noticed yet that Redis came back empty. */
  postponed: number;
  /** Attempts closed as stale, because another tool deleted, reset or claimed their record. */
  overruled: number;
  /** Records that another tool judged while their attempt is open: they are running again. Each verdict counts once. */
  misjudged: number;
  /** Jobs taken off the queue, because no open attempt stands behind them. */
  withdrawn: number;
  /** Attempts of stopped batches whose jobs had not started: their records wait again. */
  released: number;
  /** Attempts that a person wanted cancelled, and on which nobody works. */
  cancelled: number;
}

const kinds = [
  'readded',
  'refused',
  'postponed',
  'overruled',
  'misjudged',
  'withdrawn',
  'released',
  'cancelled',
] as const;

export interface AuditChange {
  kind: (typeof kinds)[number];
  jobId: string;
  reason: string | null;
}

export interface AuditOptions {
  lane: string;
  /** One line per kind of change. */
  log?: Logger;
  /** After Redis came back empty, lost attempts are added only when this time is over; 0 adds them at once. */
  noticeSeconds?: number;
  /** Change nothing; the report says what would be done. */
  isDryRun?: boolean;
  onChange?: (change: AuditChange) => void;
  /** How long records will take, for the jobs that are added. */
  expect?: ExpectTimes | undefined;
}

const pageSize = 500;
/** Ids that one log line names. */
const namedIds = 5;
const messages: Record<AuditChange['kind'], string> = {
  readded: 'attempts that the queue had lost are on the queue again',
  refused: 'lost attempts can no longer be made into jobs: they were settled as failed',
  postponed:
    'Redis came back empty: attempts return to the queue once consumers that still run them have noticed',
  overruled: 'another tool deleted, reset or claimed records: oact closed their attempts as stale',
  misjudged:
    'another tool changed records whose jobs are on the queue: they are running again and will get the outcome of their jobs',
  withdrawn: 'removed jobs without an open attempt from the queue',
  released:
    'the batch was stopped: its jobs that had not started were removed from the queue, and their records wait again',
  cancelled: 'removed cancelled jobs from the queue',
};

/**
 * Makes queue and database agree, both ways. The database decides: an open attempt that the queue does not know is added again
 * (a producer that died between claim and add, a Redis that came back empty, a job removed by hand), and a job
 * without an open attempt is withdrawn, ORCA stopped (a record reset by another tool, a job added by hand, a database
 * restored from a backup).
 *
 * The queue is read first and the database asked afterwards: an attempt is committed before its job is added, and a job removed
 * after its attempt was settled, so that whatever looks wrong then is wrong. Any number of audits may run at once.
 */
export async function auditQueue(
  workflow: Workflow,
  queue: Queue,
  redis: Redis,
  options: AuditOptions,
): Promise<AuditReport> {
  const lists = await listsOf(redis, workflow.campaignId);
  const isDryRun = options.isDryRun ?? false;
  const changes: AuditChange[] = [];
  // Before anything is added: a Redis that came back empty has forgotten both.
  if (!isDryRun) await keepPause(workflow, queue);
  const noticeSeconds = options.noticeSeconds ?? 0;
  const cancelled = await applyCancellations(workflow, queue, redis, {
    lane: options.lane,
    noticeSeconds,
    isDryRun,
  });
  for (const jobId of cancelled) changes.push({ kind: 'cancelled', jobId, reason: null });
  const toRelease = await releaseStopped(workflow, lists, isDryRun);
  for (const { jobId } of toRelease) changes.push({ kind: 'released', jobId, reason: null });
  const { ids, suspects } = await lists.scan();

  const misjudged = isDryRun ? listForeignVerdicts(workflow) : overruleForeignVerdicts(workflow);
  for (const { jobId, status } of misjudged) changes.push({ kind: 'misjudged', jobId, reason: status });
  const overruled = listOverruled(workflow);
  const closed = isDryRun ? overruled : closeOverruled(workflow, overruled);
  for (const { jobId, reason } of closed) changes.push({ kind: 'overruled', jobId, reason });
  const isClosed = new Set(closed.map(({ jobId }) => jobId));
  // Suspects without an open attempt are withdrawn below, all of their places at once.
  if (!isDryRun) await lists.straighten([...filterOpen(workflow, [...suspects])]);

  const empty = noticeSeconds === 0 ? null : await noteEmptyQueue(queue, workflow, options.lane);
  const isDue = (attempt: OpenAttempt): boolean =>
    empty === null || mayBeAdded(attempt, empty, noticeSeconds);

  const unclaimed = new Set(ids);
  let checked = toRelease.length + (isDryRun ? 0 : cancelled.length);
  const turn = takeTurns();
  for (const page of pagesOfOpenAttempts(workflow)) {
    // The id of a suspect stood on the queue, but perhaps not its job.
    const isOnQueue = ({ jobId }: OpenAttempt): boolean => ids.has(jobId) && !suspects.has(jobId);
    checked += page.length;
    for (const { jobId } of page) if (!isClosed.has(jobId)) unclaimed.delete(jobId);
    const unseen = page.filter((attempt) => !isOnQueue(attempt) && !isClosed.has(attempt.jobId));
    if (unseen.length > 0)
      changes.push(...(await addLost(workflow, queue, lists, unseen, isDue, isDryRun, options.expect)));
    await turn();
  }

  const stillOpen = filterOpen(workflow, isDryRun ? [] : [...unclaimed]);
  const foreign = [...unclaimed].filter((jobId) => !stillOpen.has(jobId));
  for (const jobId of isDryRun ? foreign : await lists.withdraw(foreign))
    changes.push({ kind: 'withdrawn', jobId, reason: null });

  return report(changes, checked, options);
}

function* pagesOfOpenAttempts(workflow: Workflow): Generator<OpenAttempt[]> {
  for (let after: OpenAttempt | undefined; ;) {
    const page = listOpenAttempts(workflow, { after, limit: pageSize });
    if (page.length === 0) return;
    yield page;
    after = page.at(-1);
  }
}

async function addLost(
  workflow: Workflow,
  queue: Queue,
  lists: QueueLists,
  unseen: OpenAttempt[],
  isDue: (attempt: OpenAttempt) => boolean,
  isDryRun: boolean,
  expect: ExpectTimes | undefined,
): Promise<AuditChange[]> {
  const jobIds = unseen.map(({ jobId }) => jobId);
  const lost = new Set(await lists.findLost(jobIds, isDryRun));
  // A job is removed from Redis only after its attempt was closed, so an attempt that is open *now* is truly missing.
  const stillOpen = filterOpen(workflow, [...lost]);
  // Asked for behind the look at them above: the next audit closes these.
  const unwanted = listUnwanted(workflow, [...stillOpen]);
  const missing = unseen.filter(({ jobId }) => stillOpen.has(jobId) && !unwanted.has(jobId));
  const isPostponed = (attempt: OpenAttempt): boolean => !isDue(attempt);
  const toRelease = missing.filter(isDue).map(({ jobId }) => jobId);
  const released = new Set(releaseLost(workflow, toRelease, isDryRun).map(({ jobId }) => jobId));
  const due = missing.filter((attempt) => isDue(attempt) && !released.has(attempt.jobId));
  const { readded, refused } = isDryRun
    ? { readded: due.map(({ jobId }) => jobId), refused: [] }
    : await readdJobs(workflow, queue, due, false, expect);
  const postponed = missing.filter(isPostponed);
  return [
    ...[...released].map((jobId): AuditChange => ({ kind: 'released', jobId, reason: null })),
    ...postponed.map(({ jobId }): AuditChange => ({ kind: 'postponed', jobId, reason: null })),
    ...readded.map((jobId): AuditChange => ({ kind: 'readded', jobId, reason: null })),
    ...refused.map(({ jobId, reason }): AuditChange => ({ kind: 'refused', jobId, reason })),
  ];
}

function report(changes: AuditChange[], checked: number, options: AuditOptions): AuditReport {
  const idsOf = (kind: AuditChange['kind']): string[] =>
    changes.filter((change) => change.kind === kind).map((change) => change.jobId);
  for (const kind of kinds) {
    const jobIds = idsOf(kind);
    if (jobIds.length > 0)
      options.log?.warn({ count: jobIds.length, jobIds: jobIds.slice(0, namedIds) }, messages[kind]);
  }
  for (const change of changes) options.onChange?.(change);
  return {
    checked,
    readded: idsOf('readded').length,
    refused: idsOf('refused').length,
    postponed: idsOf('postponed').length,
    overruled: idsOf('overruled').length,
    misjudged: idsOf('misjudged').length,
    withdrawn: idsOf('withdrawn').length,
    released: idsOf('released').length,
    cancelled: idsOf('cancelled').length,
  };
}
