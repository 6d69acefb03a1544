// Endings outside ORCA: the queue, a marker, a user.
import { again, type FailureRow, look, never, ofOrca, type QueueClass } from './failure-row.ts';

/** Nothing of a run counts: ORCA did not run, or not to any end. */
const withoutRun = { ...ofOrca, leavesResult: false, scope: 'run', signs: [] } as const;

/** The queue has started these jobs again and again by itself, on other nodes if there were any. */
const tooOften = never('it was started as often as job.crashLimit allows');

export const queueFailures: Readonly<Record<QueueClass, FailureRow>> = {
  /** A node that vanishes with a job again and again may do so because of it: charged. */
  lost: {
    ...withoutRun,
    words: 'its nodes vanished with it as often as job.crashLimit allows',
    cure: 'It may be what brings them down (memory); look at the nodes, then requeue it with more memory.',
    command: again,
    retry: tooOften,
  },
  result_lost: {
    ...withoutRun,
    words: 'its job ended well, but its result cannot be found or read',
    cure: 'The reason names the file; one that does not count lies beside its place, with a note. A file that was only late is adopted by oact recover; else requeue the record.',
    command: 'oact recover --dry-run',
    retry: never('it may have been computed: oact recover looks'),
    charged: false,
  },
  fault: {
    ...withoutRun,
    words: 'it met faults of the nodes as often as job.crashLimit allows',
    cure: 'The reason names the fault; fix its cause, then requeue the record.',
    command: again,
    retry: tooOften,
    charged: false,
  },
  blocked: {
    ...withoutRun,
    words: 'a marker .do_not_rerun.json blocks it',
    cure: 'The marker says why; if it shall run all the same, the marker must go.',
    command: 'oact requeue --ids ID --unblock',
    retry: never('the marker says so'),
    charged: false,
  },
  payload_refused: {
    ...withoutRun,
    words: 'its payload was refused by the consumer',
    cure: 'Run producer and consumers from the same installation of oact, then requeue it.',
    command: again,
    retry: never('the queue and the consumers do not fit together'),
    charged: false,
  },
  cancelled: {
    ...withoutRun,
    words: 'it was cancelled',
    cure: 'Requeue it if it shall run after all.',
    command: again,
    retry: never('it was to be cancelled'),
    charged: false,
  },
  /** A class of another version of oact, or of another tool. */
  unknown: {
    ...ofOrca,
    words: 'of a reason that oact has no word for',
    cure: 'Look at the end of the output.',
    command: look,
    retry: never('the class has no row in the catalogue'),
    scope: 'run',
    signs: [],
  },
};
