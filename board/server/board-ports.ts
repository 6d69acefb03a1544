import type { Atom } from '../../core/job/calculation.ts';
import type { CurveFollower } from '../../core/progress/job-curves.ts';
import type { Remedy } from '../../core/job/remedy.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';

/** What the board may have done, each by a verb of oact's own; a verb that is absent has no button. */
export interface BoardActions {
  /** Lets a finished record run again. */
  requeue?: (recordId: number) => Promise<ActionReport>;
  /** Takes a record off the queue, or stops its run. */
  cancel?: (recordId: number) => Promise<ActionReport>;
  /** Consumers fetch no more jobs; those that run continue. */
  pause?: () => Promise<ActionReport>;
  resume?: () => Promise<ActionReport>;
  bulk?: {
    /** Changes nothing. */
    preview: (verb: BulkVerb, ids: readonly IdRange[]) => Promise<BulkPreview>;
    act: (verb: BulkVerb, ids: readonly IdRange[]) => Promise<ActionReport>;
  };
}

/** What may be done with many records at once; `front` and `back` are places in the order of the queue. */
export type BulkVerb = 'requeue' | 'cancel' | 'front' | 'back';

/** What would happen, in the words of the command line. */
export interface BulkPreview {
  /** Records that would be changed. */
  count: number;
  text: string;
  /** The command that says the same. */
  command: string;
}

/** What came of it, in a sentence that says what happened to what. */
export interface ActionReport {
  isDone: boolean;
  sentence: string;
}

/** What `oact job explain` says of a record. */
export interface Explanation {
  text: readonly string[];
  /** Commands that help, the best first. */
  next: readonly string[];
}

/** What the board must know of ORCA's files and words, which is another room's. */
export interface BoardChemistry {
  followCurves: () => CurveFollower;
  /** The geometry that the database has. @throws OactError STRUCTURE_INVALID */
  parseGeometry: (text: string) => Atom[];
  /** The last whole frame of a trajectory or its end. */
  readLastFrame: (text: string, symbols: readonly string[]) => Atom[] | undefined;
  /** Bytes at the end of a trajectory that hold it. */
  tailOfTrajectory: (atomCount: number) => number;
  describeRemedies: (remedies: readonly Remedy[]) => string;
  /** undefined: no element. */
  atomicNumberOf: (symbol: string) => number | undefined;
  /** In ångström. */
  covalentRadiusOf: (symbol: string) => number;
}
