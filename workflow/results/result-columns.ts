import type { JobResult, Metrics } from '../../core/job/result.ts';
import type { StructureColumn } from '../schema/structures-schema.ts';

/** How a job came to its end, as the queue counted it since it was added last; null where the queue does not say. */
export type AttemptCounts = {
  /** Consumers that took it. */
  starts: number | null;
  /** Consumers that vanished with it. */
  lost: number | null;
  /** Runs that a drain or the end of a walltime cut short. */
  handedBack: number | null;
  /** Faults of ours that it met. */
  faults: number | null;
};

/** What the columns are read from; undefined where no run left it. */
export interface Ended {
  result?: JobResult | undefined;
  metrics?: Partial<Metrics> | undefined;
  counts?: AttemptCounts | undefined;
  /** ISO 8601 UTC; where it is known without a result. */
  finishedAt?: string | undefined;
}

/** One of them: where it stands, where it comes from, who sees it. */
export interface ResultColumn {
  type: 'integer' | 'real' | 'text';
  /** Its column in `oact_attempts`; null: attempts do not keep it. A new one needs a migration. */
  inAttempts: string | null;
  /** Its column in `structures`, written when the attempt completes. That table is shared, so no new ones come. */
  inStructures: StructureColumn | null;
  from: (ended: Ended) => string | number | null | undefined;
  /** Whether a record that waits again loses it in `structures`: the existing system keeps `n_cores`. */
  isCleared?: boolean;
  /** Its names in `oact export`. `isLater`: it came after the first release, and stands behind the columns of then. */
  exported?: { csv: string; json: string; isLater?: true };
  /** On a job's page and in `oact job show`; a text has no unit, `s` is shown as a duration. */
  shown?: { label: string; unit: 'Eh' | 'Eh/bohr' | 's' | null };
}

/**
 * What an ended run leaves in the database, under the names in code. All SQL that writes, clears, restores, shows and exports results
 * is made from this table: a new column is a row here and a migration.
 */
export const resultColumns = {
  finalEnergyHartree: {
    type: 'real',
    inAttempts: 'final_energy',
    inStructures: 'final_energy',
    from: ({ metrics }) => metrics?.finalEnergyHartree,
    isCleared: true,
    exported: { csv: 'final_energy_hartree', json: 'finalEnergyHartree' },
    shown: { label: 'final energy', unit: 'Eh' },
  },
  /** Largest component of the gradient, Eh/bohr. */
  maxForces: {
    type: 'real',
    inAttempts: null,
    inStructures: 'max_forces',
    from: ({ metrics }) => metrics?.maxGradientHartreePerBohr,
    isCleared: true,
    exported: { csv: 'max_gradient_hartree_per_bohr', json: 'maxGradientHartreePerBohr' },
    shown: { label: 'max. gradient', unit: 'Eh/bohr' },
  },
  scfCycles: {
    type: 'integer',
    inAttempts: 'scf_cycles',
    inStructures: 'scf_steps',
    from: ({ metrics }) => metrics?.scfCycles,
    isCleared: true,
    exported: { csv: 'scf_cycles', json: 'scfCycles' },
    shown: { label: 'SCF cycles', unit: null },
  },
  /** ORCA's own timing sum. */
  wallTimeSeconds: {
    type: 'real',
    inAttempts: 'wall_time',
    inStructures: 'wall_time',
    from: ({ metrics }) => metrics?.wallTimeSeconds,
    isCleared: true,
    exported: { csv: 'wall_time_seconds', json: 'wallTimeSeconds' },
    shown: { label: 'wall time', unit: 's' },
  },
  ranks: {
    type: 'integer',
    inAttempts: null,
    inStructures: 'n_cores',
    from: ({ metrics }) => metrics?.ranks,
    exported: { csv: 'core_count', json: 'coreCount' },
    shown: { label: 'ranks', unit: null },
  },
  node: {
    type: 'text',
    inAttempts: 'node',
    inStructures: null,
    from: ({ result }) => result?.ranOn.node,
    exported: { csv: 'node', json: 'node' },
  },
  allocationId: {
    type: 'text',
    inAttempts: 'allocation_id',
    inStructures: null,
    from: ({ result }) => result?.ranOn.allocationId,
  },
  slot: {
    type: 'integer',
    inAttempts: 'slot',
    inStructures: null,
    from: ({ result }) => result?.ranOn.slot,
  },
  /** OS numbers of the cores of its slot, JSON. */
  cores: {
    type: 'text',
    inAttempts: 'cores',
    inStructures: null,
    from: ({ result }) => result && JSON.stringify(result.ranOn.cores),
  },
  /** ISO 8601 UTC. */
  startedAt: {
    type: 'text',
    inAttempts: 'started_at',
    inStructures: null,
    from: ({ result }) => result?.startedAt,
  },
  elapsedSeconds: {
    type: 'real',
    inAttempts: 'elapsed_seconds',
    inStructures: null,
    from: ({ result }) => result && (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000,
  },
  /** Who computed: `orca 6.1.0`, `nwchem 7.0.2`. */
  program: {
    type: 'text',
    inAttempts: 'program',
    inStructures: null,
    from: ({ metrics }) => metrics?.program,
    exported: { csv: 'program', json: 'program' },
    shown: { label: 'program', unit: null },
  },
  /** What a chemist should look at although the result may stand, JSON; null: nothing. */
  warnings: {
    type: 'text',
    inAttempts: 'warnings',
    inStructures: null,
    from: ({ metrics }) => (metrics?.warnings?.length ? JSON.stringify(metrics.warnings) : null),
    exported: { csv: 'warnings', json: 'warnings' },
  },
  /** ISO 8601 UTC. */
  finishedAt: {
    type: 'text',
    inAttempts: 'finished_at',
    inStructures: null,
    from: ({ result, finishedAt }) => finishedAt ?? result?.finishedAt,
    exported: { csv: 'finished_at', json: 'finishedAt' },
  },
  starts: {
    type: 'integer',
    inAttempts: 'starts',
    inStructures: null,
    from: ({ counts }) => counts?.starts,
  },
  lost: {
    type: 'integer',
    inAttempts: 'lost',
    inStructures: null,
    from: ({ counts }) => counts?.lost,
  },
  handedBack: {
    type: 'integer',
    inAttempts: 'handed_back',
    inStructures: null,
    from: ({ counts }) => counts?.handedBack,
  },
  faults: {
    type: 'integer',
    inAttempts: 'faults',
    inStructures: null,
    from: ({ counts }) => counts?.faults,
  },
  /** Directory of the run that the one which counts resumed, below the job directory; null: it began from scratch. */
  restartedFrom: {
    type: 'text',
    inAttempts: 'restarted_from',
    inStructures: null,
    from: ({ result }) => result?.restart?.from,
  },
  /** What had been done by then. */
  earlierScfCycles: {
    type: 'integer',
    inAttempts: 'earlier_scf_cycles',
    inStructures: null,
    from: ({ result }) => result?.restart?.scfCycles,
  },
  earlierOptimizationCycles: {
    type: 'integer',
    inAttempts: 'earlier_opt_cycles',
    inStructures: null,
    from: ({ result }) => result?.restart?.optimizationCycles,
  },
  earlierSeconds: {
    type: 'real',
    inAttempts: 'earlier_seconds',
    inStructures: null,
    from: ({ result }) => result?.restart?.seconds,
  },
} as const satisfies Record<string, ResultColumn>;

type Columns = typeof resultColumns;
type ValueOf<Type> = (Type extends 'text' ? string : number) | null;

/** Those of a record, as `structures` has them. */
export type RecordResults = {
  [Field in keyof Columns as Columns[Field]['inStructures'] extends null ? never : Field]: ValueOf<
    Columns[Field]['type']
  >;
};

/** Those of an attempt, as `oact_attempts` has them. */
export type AttemptResults = {
  [Field in keyof Columns as Columns[Field]['inAttempts'] extends null ? never : Field]: ValueOf<
    Columns[Field]['type']
  >;
};

/** Those of an exported row: of the record, and of its newest settled attempt where the record does not have them. */
export type ExportedResults = {
  [
    Field in keyof Columns as Columns[Field] extends { exported: { json: infer Name extends string } }
      ? Name
      : never
  ]: ValueOf<Columns[Field]['type']>;
};

/** The table without its literal types. */
export const listedColumns: readonly [field: string, column: ResultColumn][] = Object.entries(resultColumns);
