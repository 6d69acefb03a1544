/**
 * Which process leads where several of a campaign could: the lease of a name is held by one at a time, and runs out when its holder
 * does not renew it. Times are those of the holders' clocks: clocks that differ by more than the length of a lease let two lead.
 */
import { hostname } from 'node:os';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A lease as it stands in the database. Times are ISO 8601 UTC. */
export interface Lease {
  /** A name that no other process has. */
  holder: string;
  host: string;
  pid: number;
  takenAt: string;
  /** When the holder was alive for the last time, as far as is known. */
  renewedAt: string;
  /** Equal to `renewedAt`: it was given back. */
  until: string;
}

/** What came of the wish to hold a lease. */
export interface LeaseAnswer extends Lease {
  /** Whether the one who asked holds it now; else the rest names who does. */
  isHeld: boolean;
}

export interface LeaseWish {
  name: string;
  holder: string;
  /** How long it is held unless it is renewed. */
  seconds: number;
  now: Date;
  /** Where the holder runs, for users; usually the host name. */
  host?: string;
}

/** The lease of a name, of any holder, run out or not; null: nobody ever took it. */
export function readLease(workflow: Workflow, name: string): Lease | null {
  const select = workflow.db.prepare<[string], Lease>(
    `select holder, host, pid, taken_at as takenAt, renewed_at as renewedAt, until from oact_leases where name = ?`,
  );
  return withRetry(workflow, () => select.get(name)) ?? null;
}

/** Takes a lease that is free or has run out, or renews the own one. Writes nothing while another process holds it. */
export function takeOrRenewLease(workflow: Workflow, wish: LeaseWish): LeaseAnswer {
  const other = heldByAnother(readLease(workflow, wish.name), wish);
  if (other !== null) return { isHeld: false, ...other };
  return inTransaction(workflow, () => {
    const before = readLease(workflow, wish.name);
    const held = heldByAnother(before, wish);
    if (held !== null) return { isHeld: false, ...held };
    const lease = leaseOf(wish, before);
    workflow.db
      .prepare(
        `insert or replace into oact_leases (name, holder, host, pid, taken_at, renewed_at, until)
         values (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(wish.name, lease.holder, lease.host, lease.pid, lease.takenAt, lease.renewedAt, lease.until);
    return { isHeld: true, ...lease };
  });
}

/** Gives the own lease back, so that the next process need not wait until it runs out. That of another stays. */
export function releaseLease(
  workflow: Workflow,
  { name, holder, now }: Pick<LeaseWish, 'name' | 'holder' | 'now'>,
): void {
  const at = now.toISOString();
  inTransaction(workflow, () =>
    workflow.db
      .prepare(`update oact_leases set renewed_at = ?, until = ? where name = ? and holder = ?`)
      .run(at, at, name, holder),
  );
}

function heldByAnother(lease: Lease | null, { holder, now }: LeaseWish): Lease | null {
  return lease !== null && lease.holder !== holder && Date.parse(lease.until) > now.getTime() ? lease : null;
}

function leaseOf({ holder, seconds, now, host = hostname() }: LeaseWish, before: Lease | null): Lease {
  const renewedAt = now.toISOString();
  return {
    holder,
    host,
    pid: process.pid,
    takenAt: before?.holder === holder ? before.takenAt : renewedAt,
    renewedAt,
    until: new Date(now.getTime() + seconds * 1000).toISOString(),
  };
}
