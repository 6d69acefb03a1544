// What oact knows of one failure class: the columns of the catalogue.
import type { ClassRules } from '../../core/job/failure-class.ts';
import type { RetryStep } from '../retry/retry-step.ts';

/** A line, or a sentence over some lines, that gives a failure away. */
export interface FailureSign {
  /** Lower case text that the line must hold, letter case ignored. */
  readonly phrase: string;
  /** What the sentence must match besides, where the phrase alone would say too much. */
  readonly pattern?: RegExp;
  /** So many of the lines behind it belong to the sentence: Open MPI and Hydra break theirs. */
  readonly spans?: number;
  /** The words that name the culprit stand in the next line. */
  readonly namedInNextLine?: true;
  /**
   * Who says it, if not ORCA or its MPI launcher. `outside`: a scheduler, a shell or the kernel. Their words rank below ORCA's own,
   * and they say nothing about a run whose end mark stands above them.
   */
  readonly by?: 'outside';
  /** It counts only near the end of the output: ORCA writes the same where it continues. */
  readonly nearEnd?: true;
  /** It names the cause, where the classes above it in the order of priority name only what follows from it. */
  readonly decisive?: true;
}

/** What follows a failure of a class. */
export interface RetryRule {
  /** How often a record is retried after it; 0: never. */
  readonly times: number;
  /** What the first, second… retry does otherwise; each rung adds to those before, the last one repeats. */
  readonly ladder: readonly RetryStep[];
  /** Why it is not retried, for `times` 0. */
  readonly why?: string;
  /** No setting can change that: another try could only fail again. */
  readonly isFinal?: true;
  /** Only if the attempt left one of these files: without it, the same work would be done again from the start. */
  readonly needsFile?: RegExp;
  /** Only if ORCA ran: the class is also how a job ends that came back too often. */
  readonly needsRun?: true;
  /** It may pass by itself, or be the node's: its retries wait (`retry.backoffFirst` of oact.yaml), and prefer another node. */
  readonly waits: boolean;
}

/** One row of the catalogue. Every cell must be filled in: a class that lacks one does not compile. */
export interface FailureRow extends ClassRules {
  /** The class in words, as the end of a sentence: `because …`. */
  readonly words: string;
  /** What to do about it, in one sentence. */
  readonly cure: string;
  /** A command that helps; ID stands for the record. null: none does. */
  readonly command: string | null;
  readonly retry: RetryRule;
  /** It tells of the node, not of the job: the job is handed back uncharged, and the fault is counted against the node. */
  readonly nodeFault: boolean;
  /** It says only that ORCA stopped or left something out, as it does when what it wrote found no room. */
  readonly isSilent: boolean;
  /** Someone's signal may be all that happened. */
  readonly maySignalBeTheCause: boolean;
  /**
   * Where the signs count. `run`: anywhere in the last run, for what ORCA's front end says once before any module starts.
   * `step`: since the last start of the modules, so that an SCF that failed in cycle 3 and was overcome does not explain a
   * death in cycle 9.
   */
  readonly scope: 'run' | 'step';
  /** Lines of ORCA, MPI, shell, scheduler or kernel; none for a class that follows from what is missing or contradictory. */
  readonly signs: readonly FailureSign[];
}

export const again = 'oact requeue --ids ID';
export const look = 'oact job cat ID';
export const showInput = 'oact job input ID';

/** The same again. */
export const asBefore: RetryStep = {};

/** Each rank gets twice, then four times the memory. */
export const fewerRanks: readonly RetryStep[] = [{ ranks: 0.5 }, { ranks: 0.25 }];

/** A failure that no setting lets be retried. */
export function never(why: string): RetryRule {
  return { times: 0, ladder: [], why, isFinal: true, waits: false };
}

export function signsOf(...signs: readonly (string | FailureSign)[]): FailureSign[] {
  return signs.map((sign) => (typeof sign === 'string' ? { phrase: sign } : sign));
}

/** The cells that most rows have in common: a failure of ORCA that left its output. */
export const ofOrca = {
  charged: true,
  nodeFault: false,
  leavesResult: true,
  isComparable: true,
  isOfInput: false,
  isSilent: false,
  maySignalBeTheCause: false,
} as const;
