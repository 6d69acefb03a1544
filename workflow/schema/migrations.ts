import { totalsMigration } from './totals-schema.ts';

/**
 * The schema of oact's own tables: entry n makes version n + 1. Append only: a shipped entry is never
 * edited, because databases out there have run it.
 *
 * `oact_attempts` is the outbox: a row without `settled_at` is a job that must be in the queue. Its
 * `outcome` is completed, failed or timed_out; stale when a newer
 * claim found it still open. Times are ISO 8601 UTC, energies in Eh, `wall_time` is ORCA's own timing sum
 * and `elapsed_seconds` the time from start to end of the run. `starts` to `faults` tell how the job came to its end, apart
 * from `fail_count`: how often a consumer took it, how often one vanished with it, how often its run was interrupted, and how
 * many faults of ours it met; null until it is settled. `restarted_from` and `earlier_…` say which run the one that counts
 * went on from, and what had been done by then.
 *
 * `program` is who computed (`orca 6.1.0`, `nwchem 7.0.2`), `warnings` (JSON) what a chemist should look at although the result may
 * stand; null when there is none.
 *
 * A retry names the attempt that it follows (`retry_of`), why (`retry_reason`, words) and all that it does otherwise than a first
 * attempt (`remedies`, JSON), before which moment it is not given out (`not_before`) and which nodes it leaves to others
 * (`avoid_nodes`, JSON); a failed attempt that none follows says why not (`not_retried`). Of a batch that was
 * stopped, `oact_batches` says how many of its jobs died alike (`endings`), of what (`same_error`), whether they were its first, and
 * on how many nodes.
 *
 * `oact_cancellations` holds what a person wants cancelled, from the request on: the attempt may still run. `oact_priorities` holds
 * the records that are taken before (above 0) or after (below 0) all others.
 *
 * `foreign_status` is what another tool made of a record whose attempt was open: noted once, and written over. `oact_requeues`
 * holds when oact let a record wait again: an existing tool that takes it for running is corrected by it.
 *
 * `oact_names` holds what a record is called where it comes from: `name` is the chemist's own, `key` the value of the key column of
 * its table, `source` the file and line (`wave2.csv:17`). A record without a row there has no name.
 * `oact_corrections` is the audit of `oact set`: who changed which value of a record when, from what to what, and the newest attempt that
 * the old value had by then (0: none); null is NULL.
 *
 * `oact_leases` says which process leads where several could: until `until` it is `holder`, a name that no other process has. `until` equal
 * to `renewed_at` is a lease that was given back.
 *
 * `oact_totals` and `oact_pace`: see totals-schema.ts.
 */
export const migrations: readonly string[] = [
  `
  create table oact_meta (
    key text primary key,
    value text not null
  ) without rowid;

  create table oact_batches (
    id integer primary key,
    created_at text not null,
    options text not null
  );

  create table oact_attempts (
    record_id integer not null,
    attempt integer not null,
    job_id text not null unique,
    batch_id integer not null,
    queued_at text not null,
    settled_at text,
    outcome text,
    class text,
    reason text,
    retryable integer,
    node text,
    allocation_id text,
    slot integer,
    cores text,
    started_at text,
    finished_at text,
    program text,
    final_energy real,
    scf_cycles integer,
    wall_time real,
    elapsed_seconds real,
    primary key (record_id, attempt)
  ) without rowid;

  create index oact_attempts_open on oact_attempts (record_id, attempt) where settled_at is null;

  create table oact_imports (
    fingerprint text primary key,
    record_id integer not null
  ) without rowid;
  `,
  `
  alter table oact_attempts add column starts integer;
  alter table oact_attempts add column lost integer;
  alter table oact_attempts add column handed_back integer;
  alter table oact_attempts add column faults integer;
  `,
  `
  alter table oact_attempts add column retry_of integer;
  alter table oact_attempts add column retry_reason text;
  alter table oact_attempts add column remedies text;
  alter table oact_attempts add column not_retried text;
  alter table oact_batches add column endings integer not null default 0;
  alter table oact_batches add column same_error text;
  alter table oact_batches add column stopped_at text;

  -- What ended before nobody has compared: it counts as different.
  update oact_batches set endings = 1
  where id in (select batch_id from oact_attempts where settled_at is not null);
  `,
  `
  alter table oact_attempts add column restarted_from text;
  alter table oact_attempts add column earlier_scf_cycles integer;
  alter table oact_attempts add column earlier_opt_cycles integer;
  alter table oact_attempts add column earlier_seconds real;
  `,
  `
  alter table oact_attempts add column warnings text;
  `,
  `
  -- What ended when: finished per hour, the last events. What failed of what: few rows, so a small index.
  create index oact_attempts_ended on oact_attempts (coalesce(finished_at, settled_at), outcome, started_at)
  where settled_at is not null;
  create index oact_attempts_class on oact_attempts (class) where class is not null;
  `,
  `
  create table oact_cancellations (
    record_id integer not null,
    attempt integer not null,
    requested_at text not null,
    reason text not null,
    primary key (record_id, attempt)
  ) without rowid;

  create table oact_priorities (
    record_id integer primary key,
    level integer not null
  );
  `,
  `
  -- What was settled since a moment: metrics, the failure rate, and whether anything finishes at all.
  create index oact_attempts_settled on oact_attempts (settled_at) where settled_at is not null;
  `,
  `
  alter table oact_attempts add column foreign_status text;

  create table oact_requeues (
    record_id integer primary key,
    requeued_at text not null
  );
  `,
  `
  create table oact_names (
    record_id integer primary key,
    name text,
    key text,
    source text
  );
  create index oact_names_name on oact_names (name) where name is not null;
  create index oact_names_key on oact_names (key) where key is not null;
  `,
  `
  create table oact_corrections (
    id integer primary key,
    record_id integer not null,
    changed_at text not null,
    changed_by text not null,
    field text not null,
    old_value text,
    new_value text,
    attempt integer not null
  );
  create index oact_corrections_record on oact_corrections (record_id);
  `,
  `
  create table oact_leases (
    name text primary key,
    holder text not null,
    host text not null,
    pid integer not null,
    taken_at text not null,
    renewed_at text not null,
    until text not null
  ) without rowid;
  `,
  `
  -- The endings that stopped a batch: whether they were its first, and on how many nodes.
  alter table oact_batches add column stopped_first integer;
  alter table oact_batches add column stopped_nodes integer;
  `,
  `
  alter table oact_attempts add column not_before text;
  alter table oact_attempts add column avoid_nodes text;
  `,
  `
  -- Results that a chemist should look at: few rows, so a small index.
  create index oact_attempts_warned on oact_attempts (record_id) where warnings is not null;
  `,
  `
  -- Allocations of this campaign. What is being submitted has no id of the scheduler yet: its job name finds it again.
  create table oact_allocations (
    id integer primary key,
    entry text,
    scheduler text not null,
    allocation_id text,
    state text not null,
    nodes integer not null,
    walltime_seconds real,
    submitted_at text not null,
    started_at text,
    start_estimate text,
    ends_at text,
    ended_at text,
    announced_at text,
    slots integer,
    cancelled_at text,
    verdict text,
    words text
  );
  create index oact_allocations_open on oact_allocations (id) where state <> 'ended';
  create unique index oact_allocations_known on oact_allocations (scheduler, allocation_id)
  where allocation_id is not null;

  create table oact_allocation_entries (
    name text primary key,
    paused_at text,
    paused_by text,
    paused_reason text,
    deaths integer not null default 0,
    refusals integer not null default 0,
    refusal text,
    retry_at text,
    submitted_at text,
    slots_per_node integer
  ) without rowid;
  `,
  totalsMigration,
  `
  -- Records whose column natoms is not the number of atoms in their geometry; null: it cannot be read.
  create table oact_sizes (
    record_id integer primary key,
    atoms integer
  );
  `,
  `
  -- What was said of those that did not complete, for searches.
  create index oact_attempts_reason on oact_attempts (reason) where reason is not null;
  `,
];
