// The names of failure classes. What is known of each stands in one table: orca/failures/.

/** The input, the recipe or the record is wrong: ORCA refuses it, today and tomorrow. */
export type InputClass =
  | 'input_keyword'
  | 'input_basis'
  | 'input_multiplicity'
  | 'input_no_electrons'
  | 'input_geometry'
  | 'input_syntax'
  | 'input_structure'
  | 'input_recipe';

/** The node, its disks or its set-up. */
export type NodeClass = 'env_missing' | 'node_trouble' | 'mpi_slots' | 'disk_full' | 'mpi_transport';

/** Memory, and signals of others. */
export type KillClass =
  | 'memory_maxcore'
  | 'memory_exhausted'
  | 'interrupted'
  | 'oom_killed'
  | 'too_many_procs'
  | 'killed_midrun'
  | 'output_too_large'
  | 'timed_out';

/** What ORCA computed, or could not. */
export type RunClass =
  | 'gbw_unusable'
  | 'no_barrier'
  | 'opt_step_failed'
  | 'scf_not_converged'
  | 'linear_dependence'
  | 'crash_module'
  | 'opt_not_converged'
  | 'result_missing'
  | 'doubtful_result'
  | 'suspicious_result'
  | 'subjob'
  | 'not_orca';

/** The job met its end outside ORCA. */
export type QueueClass =
  'result_lost' | 'lost' | 'fault' | 'blocked' | 'payload_refused' | 'cancelled' | 'unknown';

export type FailureClass = InputClass | NodeClass | KillClass | RunClass | QueueClass;

/** The cells of that table that settling asks for. */
export interface ClassRules {
  /** Whether `fail_count` is charged. */
  readonly charged: boolean;
  /** Whether an attempt that ends so leaves a `result.json`. */
  readonly leavesResult: boolean;
  /** Whether endings that are alike may have one cause, which then stops batch or node; not if someone wanted them, or ORCA had no say. */
  readonly isComparable: boolean;
  /** Whether what ORCA was given is the cause, on whatever node. */
  readonly isOfInput: boolean;
}

/** The rules of a class; those of `unknown` for a name that this version does not know. */
export type RulesOf = (failureClass: string) => ClassRules;
