import type { JobProgress } from '../../../core/progress/job-progress.ts';
import type { StoppedBatch } from '../../../core/waiting/stopped-batch.ts';
import type { Pause } from '../../../workflow/steering/pause.ts';
import type { RecordView } from '../../../workflow/lookup/show-record.ts';

/** What can be known about a job at this moment; the answer of `oact job explain` follows from it alone. */
export interface JobFacts {
  record: RecordView;
  /** Why a marker in its job directory blocks it; null: there is none. */
  marker: string | null;
  /** job.maxFailCount; null: no cap. */
  maxFailCount: number | null;
  /** Why the next claim would not run it as it stands: left where it is, or settled as failed; null: it would, or it does not wait. */
  unfit: { kind: 'skipped' | 'refused'; reason: string } | null;
  /** The lane of the next claim, or of its job, and why; left out: there is one lane, or none takes it. */
  lane?: { name: string; why: string | null; cores: number | null } | undefined;
  /** The batch of its newest attempt, if that was stopped. */
  stopped: StoppedBatch | null;
  /** The campaign's pause; null: it is not paused. */
  pause: Pause | null;
  /** Why a user wants its open attempt cancelled; null: nobody does. */
  cancelReason: string | null;
  /** Of the open attempt; null: it has none. */
  queued: QueuedFacts | { error: string } | null;
  /** The command that works with a queue of its own, in a sentence; no other command sees that queue. */
  busy: string | null;
}

/** What the queue and the consumers say. */
export interface QueuedFacts {
  jobId: string;
  /** On whose queue it is. */
  lane?: string;
  /** A state of BullMQ's, or unknown. */
  state: string;
  isPaused: boolean;
  /** Jobs that come before it; null: it does not wait, or is not found. */
  ahead: number | null;
  /** When a delayed job comes again. */
  delayedUntil: string | null;
  lastFault: string | null;
  /** Where it met that fault, or ran last. */
  lastNode: string | null;
  counts: { starts: number; lost: number; handedBack: number; faults: number };
  /** Walltime that must be left for it to start. */
  timeRequestSeconds: number;
  running: {
    node: string;
    slot: number | null;
    since: string | null;
    progress: JobProgress | null;
    isSilent: boolean;
  } | null;
  consumers: ConsumerFacts[];
}

/** A consumer that takes jobs, or might. */
export interface ConsumerFacts {
  node: string;
  state: 'running' | 'draining' | 'silent';
  slots: number;
  busy: number;
  /** Walltime left; null: it knows no end. */
  secondsLeft: number | null;
}

/** Why a job is not running, or how it ended, in a sentence or two. */
export interface Explanation {
  /** One word for programs. */
  state: string;
  text: string[];
  /** Commands that help, the best first. */
  next: string[];
}
