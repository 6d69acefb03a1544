// Endings outside ORCA: the queue, a marker, a user.
import type { QueueClass } from '../../core/job/failure-class.ts';
import { again, type FailureRow, look, never, ofOrca } from './failure-row.ts';

/** Nothing of a run counts: ORCA did not run, or not to any end. */
const withoutRun = { ...ofOrca, leavesResult: false, scope: 'run', signs: [] } as const;

/** The queue has started these jobs again and again by itself, on other nodes if there were any. */
const tooOften = never('it was started as often as job.crashLimit allows');

export const queueFailures: Readonly<Record<QueueClass, FailureRow>> = {
  /** A node that vanishes with a job again and again may do so because of it: charged. */
  lost: {
    ...withoutRun,
    words: 'it was lost with its node as often as job.crashLimit allows',
    cure: 'The job itself may bring nodes down, for example by its memory. Look at the nodes, then requeue it with more memory.',
    command: again,
    retry: tooOften,
  },
  result_lost: {
    ...withoutRun,
    words: 'its job completed, but its result is missing or unreadable',
    cure: 'The reason names the file. A file that oact rejected lies beside its place, with a note. If the file was only late, oact recover adopts it; otherwise requeue the record.',
    command: 'oact recover --dry-run',
    retry: never('the result may exist, and oact recover looks for it'),
    charged: false,
  },
  fault: {
    ...withoutRun,
    words: 'faults of nodes stopped it as often as job.crashLimit allows',
    cure: 'The reason names the fault. Fix its cause, then requeue the record.',
    command: again,
    retry: tooOften,
    charged: false,
  },
  blocked: {
    ...withoutRun,
    words: 'the marker .do_not_rerun.json blocks it',
    cure: 'The marker says why. To run the record anyway, requeue it with --unblock.',
    command: 'oact requeue --ids ID --unblock',
    retry: never('the marker says so'),
    charged: false,
    isComparable: false,
  },
  payload_refused: {
    ...withoutRun,
    words: 'the consumer refused its payload',
    cure: 'Run producer and consumers from the same installation of oact, then requeue it.',
    command: again,
    retry: never('queue and consumers have different versions'),
    charged: false,
    isComparable: false,
  },
  cancelled: {
    ...withoutRun,
    words: 'it was cancelled',
    cure: 'To run it after all, requeue it.',
    command: again,
    retry: never('it was cancelled'),
    charged: false,
    isComparable: false,
  },
  /** A class of another version of oact, or of another tool. */
  unknown: {
    ...ofOrca,
    words: 'of a reason that oact does not know',
    cure: 'Look at the end of the output.',
    command: look,
    retry: never('the cause is not known'),
    scope: 'run',
    signs: [],
  },
};
