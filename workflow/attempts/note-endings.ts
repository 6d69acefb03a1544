import type { RulesOf } from '../../core/job/failure-class.ts';
import type { StoppedBatch, StoppedNode } from '../../core/waiting/stopped-batch.ts';
import { decideStop, type Ending, normaliseWords, type Row } from './decide-stop.ts';
import type { Settlement } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

/** What the endings of one transaction stopped. */
export interface Stops {
  batches: StoppedBatch[];
  nodes: StoppedNode[];
}

/** When endings that are alike stop something. */
export interface StopRule {
  /** So many records; 0: never. */
  stopAfter: number;
  /** No other node can ever take part. */
  isOneMachine: boolean;
  /** The catalogue of failure classes, handed in because the database knows no chemistry. */
  rulesOf: RulesOf;
}

type EndingRow = {
  recordId: number;
  attempt: number;
  batchId: number;
  node: string | null;
  outcome: string;
  class: string | null;
  reason: string | null;
  settledAt: string;
  isRetry: 0 | 1;
  isRetried: 0 | 1;
};

/** Endings that are looked back at. Rows of one node stand between those of others. */
const lookBack = 1000;

/**
 * Looks whether the newest endings of each batch are all alike, and marks the batches that this stops. Part of the transaction that
 * settles them. Records that were refused before anything ran do not count.
 * @param ended what was settled just now
 * @param isRetried whether a retry will follow a settlement of these
 */
export function noteEndings(
  { db }: Workflow,
  ended: readonly Settlement[],
  { stopAfter, isOneMachine, rulesOf }: StopRule,
  isRetried: (settlement: Settlement) => boolean,
): Stops {
  const stops: Stops = { batches: [], nodes: [] };
  if (stopAfter === 0 || ended.every(({ outcome }) => outcome.kind === 'completed')) return stops;
  const newest = new Map(ended.map((one) => [`${one.recordId} ${one.attempt}`, one]));
  const rows = db
    .prepare<[number], EndingRow>(
      `select record_id as recordId, attempt, batch_id as batchId, node, outcome, class, reason, settled_at as settledAt,
         retry_of is not null as isRetry,
         exists (select 1 from oact_attempts later where later.record_id = a.record_id and later.retry_of = a.attempt) as isRetried
       from oact_attempts a
       where settled_at is not null and outcome in ('completed', 'failed', 'timed_out')
         and (started_at is not null or coalesce(starts, 0) > 0)
       order by settled_at desc, finished_at desc, record_id desc, attempt desc limit ?`,
    )
    .all(lookBack);
  const select = db.prepare<[number], { createdAt: string; stoppedAt: string | null }>(
    'select created_at as createdAt, stopped_at as stoppedAt from oact_batches where id = ?',
  );
  const batchIds = new Set(
    rows.filter((row) => newest.has(`${row.recordId} ${row.attempt}`)).map(({ batchId }) => batchId),
  );
  for (const batchId of batchIds) {
    const batch = select.get(batchId);
    if (batch === undefined || batch.stoppedAt !== null) continue;
    const own = rows.filter(
      (row) => row.batchId === batchId && (row.outcome === 'completed' || rulesOf(classOf(row)).isComparable),
    );
    const isWhole = rows.length < lookBack || (rows.at(-1)?.settledAt ?? '') < batch.createdAt;
    const endings = own.toReversed().map((row): Ending => {
      const settlement = newest.get(`${row.recordId} ${row.attempt}`);
      return {
        ...row,
        alike: row.outcome === 'completed' ? null : `${classOf(row)}: ${normaliseWords(row.reason ?? '')}`,
        isInput: row.outcome !== 'completed' && rulesOf(classOf(row)).isOfInput,
        isRetry: row.isRetry === 1,
        isFinal: settlement === undefined ? row.isRetried === 0 : !isRetried(settlement),
        isNew: settlement !== undefined,
      };
    });
    for (const stop of decideStop(endings, isWhole, { stopAfter, isOneMachine })) {
      const last = stop.kind === 'batch' ? own[0] : own.find(({ node }) => node === stop.node);
      const { row } = stop;
      const alike = { batchId, endings: row.records, isFirst: row.isFirst, error: errorOf(last) };
      if (stop.kind === 'node') stops.nodes.push({ ...alike, node: stop.node });
      else stops.batches.push({ ...alike, nodes: stop.nodes });
      if (stop.kind === 'batch') markStopped(db, batchId, alike.error, row, stop.nodes);
    }
  }
  return stops;
}

function markStopped(
  db: Workflow['db'],
  batchId: number,
  error: string,
  { records, isFirst }: Row,
  nodes: number,
): void {
  db.prepare(
    `update oact_batches set endings = ?, same_error = ?, stopped_first = ?, stopped_nodes = ?, stopped_at = ? where id = ?`,
  ).run(records, error, Number(isFirst), nodes, new Date().toISOString(), batchId);
}

const classOf = ({ class: name, outcome }: EndingRow): string =>
  outcome === 'timed_out' ? 'timed_out' : (name ?? 'unknown');

const errorOf = (row: EndingRow | undefined): string =>
  row === undefined ? 'unknown' : `${classOf(row)}: ${row.reason ?? ''}`;
