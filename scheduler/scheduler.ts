/** What oact asks of a batch system: one file for each implements this, and `schedulers.ts` lists them. */
import type { RefusalKind, SeenAllocation } from './allocations/seen-allocation.ts';

/** A program with its arguments. */
type CommandLine = readonly [string, ...string[]];

/** A question to the scheduler: what is run, and how its answer is read. `ask-scheduler.ts` runs it. */
export interface Question<Answer> {
  command: CommandLine;
  /** Pure. @returns undefined when the text does not say */
  read: (text: string, now: Date) => Answer | undefined;
}

/** An allocation as its own environment describes it. */
export interface DetectedAllocation {
  allocationId: string;
  /** The scheduler's own name of the node; null: the host name. */
  node: string | null;
  /** The end of the walltime; null when the environment does not say. */
  endsAt: Date | null;
  /** How often the scheduler has started this allocation anew; null where it does not say. */
  restartCount: number | null;
  nodeCount: number;
}

/** What goes into a script at the places that each scheduler has for it; every text is safe there. */
export interface ScriptValues {
  nodes: number;
  /** Infinity: no limit. */
  walltimeSeconds: number;
  /** So long before its end a scheduler that can warns the consumers. */
  warningSeconds: number;
  coresPerNode: number | null;
  /** Cores of a shared node; null: whole nodes. */
  cores: number | null;
  /** Memory with these cores, MB; null: the scheduler's own share. */
  memoryMb: number | null;
  account: string | null;
  queue: string | null;
  qos: string | null;
  constraint: string | null;
  directives: readonly string[];
  /** Names of variables to take along; null: as the scheduler does. */
  environment: readonly string[] | null;
}

/** A line of a shipped script, and the lines that take its place. */
export type Filling = [line: string, put: string[]];

/** How a batch system is asked from outside an allocation. Pure; `ask-allocations.ts` runs the commands. */
interface AllocationCommands {
  /** Submits a script under a job name, from the directory in which it runs. */
  submit(script: string, name: string): CommandLine;
  /** @returns undefined when the answer has no id */
  readSubmitted(stdout: string): string | undefined;
  readRefusal(words: string): RefusalKind;
  /** Where a list needs ids first. */
  listIds?(user: string): Question<string[]>;
  /** The user's allocations, also such as ended lately. */
  list(user: string, ids: readonly string[]): Question<SeenAllocation[]>;
  /** How one ended that the list does not show any more; null: the scheduler keeps no account. */
  askEnding: ((allocationId: string) => Question<SeenAllocation>) | null;
  cancel(allocationId: string): CommandLine;
}

/** An allocation that follows this one. */
interface SuccessorRequest {
  /** This allocation, which it waits for. */
  after: string;
  /** Options of the submit command that make it as large as this one. */
  shape: readonly string[];
  script: string;
  args: readonly string[];
  /** Names of variables that are to go along where the scheduler takes only named ones. */
  variables: readonly string[];
}

/** How an allocation submits the one that follows it. Pure; `submit-successor.ts` runs the commands. */
interface SuccessorCommands {
  /** Options that make another allocation as large as this one. */
  askShape(allocationId: string): Question<string[]>;
  submit(request: SuccessorRequest): CommandLine;
  /** Variables of the submit command by which arguments get to the script; null: they follow its name. */
  passArgs: ((args: readonly string[]) => Record<string, string>) | null;
  readId(stdout: string): string | undefined;
  cancel(id: string): CommandLine;
}

/** A batch system. All of it is pure; `ask-scheduler.ts` and `probe-schedulers.ts` run the commands. */
export interface Scheduler {
  /** As people call it. */
  title: string;
  /** The allocation that this process is in; null: none of this scheduler. */
  detect(env: Record<string, string | undefined>): DetectedAllocation | null;
  /** Variables by which its commands find the controller; all others are kept from them. */
  variables: readonly string[];
  /** Seconds until the allocation ends; Infinity: it has no limit. */
  askTimeLeft(allocationId: string): Question<number>;
  /** Signals after which it kills, and seconds from then on, less two for the answers. */
  lastSignals: { names: readonly NodeJS.Signals[]; seconds: number };
  /** Submits the script named behind it. */
  submitCommand: CommandLine;
  /** Allocations from outside: submit, list, cancel. */
  allocations: AllocationCommands;
  /** The next allocation, submitted from inside this one: after its end, and as large. */
  successors: SuccessorCommands;
  /** Asks the controller something harmless; `--version` would be answered by the program alone. */
  probe: {
    /** Present where this scheduler is. */
    program: string;
    command: CommandLine;
    /** What is shown of its answer. */
    describe(words: readonly string[]): string;
  };
  /** How scripts state what a person asks for. */
  script: {
    /** A walltime as its directives have it; Infinity where `hasUnlimited`. */
    formatWalltime(seconds: number): string;
    /** It grants allocations without an end to those who may ask for them. */
    hasUnlimited: boolean;
    /** Kinds of nodes, as its directives take them and no shell minds. */
    constraint: RegExp;
    hasQos: boolean;
    /** It gives no whole nodes without being told how large they are. */
    needsCoresPerNode: boolean;
    /** The directives at their places in `scheduler-scripts/consumer.NAME`. */
    fill(values: ScriptValues): Filling[];
  };
}
