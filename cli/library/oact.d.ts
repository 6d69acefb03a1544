/**
 * oact as a library: `import { openCampaign } from 'oact'`. Energies are in hartree, coordinates in ångström, gradients in hartree/bohr,
 * times in seconds or ISO 8601 UTC. Errors have a `code` (docs/troubleshooting.md lists each) and often a `hint`.
 */

/** What the column `status` of the table says. */
export type Status = 'to_run' | 'running' | 'completed' | 'failed' | 'timeout';

/** Settings as in `oact.yaml`; they win over that file. Example: `{ orca: { path: '/opt/orca/orca' } }`. */
export type Settings = Readonly<Record<string, unknown>>;

export interface OpenOptions {
  /** The campaign's directory, or one below it. Default: the working directory. */
  directory?: string;
  settings?: Settings;
}

/** Which records. Everything that is given must fit. */
export interface RecordFilter {
  /** Default: all. */
  status?: Status | readonly Status[];
  /** Ids, the column id of the table. Default: all. */
  ids?: readonly number[];
}

/** One row of the table, with what its newest ended attempt left. What is not known is null. */
export interface CampaignRecord {
  id: number;
  /** The name that the imported table gives it. */
  name: string | null;
  /** `U;O;O` */
  elements: string | null;
  charge: number;
  /** 2S+1 */
  multiplicity: number;
  status: string | null;
  failCount: number;
  errorMessage: string | null;
  /** The newest attempt that has ended. */
  attempt: number | null;
  /** Why that attempt failed: a failure class of docs/failures.md. */
  failureClass: string | null;
  finalEnergyHartree: number | null;
  maxGradientHartreePerBohr: number | null;
  scfCycles: number | null;
  wallTimeSeconds: number | null;
  node: string | null;
  /** Who computed: `orca 6.1.0`. */
  program: string | null;
  finishedAt: string | null;
  /** Columns of your own in the table, by name. */
  extra: Readonly<Record<string, unknown>>;
}

/** A completed record with the geometry that belongs to its energy. */
export interface Result extends CampaignRecord {
  finalEnergyHartree: number;
  /** null: it could not be read, and `lack` says why. */
  geometry: { symbols: string[]; positions: [number, number, number][] } | null;
  /** Of exactly that geometry, atom by atom. */
  gradient: [number, number, number][] | null;
  /** Why geometry or gradient is missing. */
  lack: string | null;
}

export interface EnqueueOptions {
  /** Ids of records that wait. Default: as many as `batchSize` says. */
  ids?: readonly number[];
  /** Maximum number of records. Default: all ids that are given, else 10, as `oact enqueue`. */
  batchSize?: number;
  /** Time limit of one job. */
  timeLimitSeconds?: number;
  /** Options of the recipe, as under `recipe:` in `oact.yaml`, for example `{ recipe: 'x2c', functional: 'PBE0' }`. */
  recipe?: Settings;
}

export interface EnqueueReport {
  /** Jobs that are on the queue now. */
  queued: number;
  /** Records that cannot be computed; they are settled as failed. */
  refused: { id: number; reason: string }[];
  /** Records that were left as they are. */
  skipped: { id: number; reason: string }[];
}

export interface RunOptions extends EnqueueOptions {
  /** Jobs that run at a time. */
  slots?: number;
  coresPerSlot?: number;
  /** Default: `orca.path` of `oact.yaml`, else the `orca` on PATH. */
  orcaPath?: string;
}

export interface RunReport {
  completed: number;
  failed: number;
  timedOut: number;
  /** Claimed, and not at an end: the run was stopped. */
  remaining: number;
}

/** An attempt that came to its end. */
export interface Ending {
  id: number;
  name: string | null;
  attempt: number;
  outcome: 'completed' | 'failed' | 'timed_out';
  failureClass: string | null;
  reason: string | null;
  node: string | null;
  elapsedSeconds: number | null;
  at: string;
  /** Whether another attempt follows. */
  isRetried: boolean;
}

export interface WatchOptions {
  /** Ends the watch. */
  signal?: AbortSignal;
  /** Time between two looks at the database. Default: 1. */
  intervalSeconds?: number;
  /** Also tells what ended before, from this time on. Default: only what ends from now on. */
  since?: Date;
  /** Ends by itself when no record waits or runs. Default: false. */
  untilDone?: boolean;
}

/** An open campaign. `await using campaign = await openCampaign()` closes it by itself. */
export interface Campaign extends AsyncDisposable {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly directory: string;
  /** Records by status. */
  counts(): Readonly<Record<Status | 'total', number>>;
  /** Puts waiting records on the queue, for consumers to run: `oact enqueue`. Needs the campaign's Redis. */
  enqueue(options?: EnqueueOptions): Promise<EnqueueReport>;
  /**
   * Runs waiting records on this machine to their end, with a Redis of its own: `oact run`. Ctrl+C hands running jobs back.
   * A process runs one at a time.
   */
  run(options?: RunOptions): Promise<RunReport>;
  /** Each attempt when it ends, on any node. */
  watch(options?: WatchOptions): AsyncIterable<Ending>;
  /** Records by id, a page at a time: a million of them need no memory. */
  records(filter?: RecordFilter): AsyncIterable<CampaignRecord>;
  /** Completed records that have an energy, with geometry and gradient. */
  results(filter?: Pick<RecordFilter, 'ids'>): AsyncIterable<Result>;
  close(): Promise<void>;
}

/**
 * Opens the campaign at or above a directory.
 * @throws an error with the code CAMPAIGN_NOT_FOUND, CONFIG_INVALID, DATABASE_NOT_FOUND …
 */
export declare function openCampaign(options?: OpenOptions): Promise<Campaign>;
