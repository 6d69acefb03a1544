// The catalogue of failure classes: one row for each, and everything that oact decides by class.
import { inputFailures } from './input-failures.ts';
import type { FailureClass } from '../../core/job/failure-class.ts';
import type { FailureRow } from './failure-row.ts';
import { killFailures } from './kill-failures.ts';
import { nodeFailures } from './node-failures.ts';
import { queueFailures } from './queue-failures.ts';
import { runFailures } from './run-failures.ts';

export type { FailureClass } from '../../core/job/failure-class.ts';
export type { FailureRow, FailureSign, RetryRule } from './failure-row.ts';

const { env_missing, mpi_slots, disk_full, node_trouble, mpi_transport } = nodeFailures;
const { memory_maxcore, memory_exhausted, interrupted, oom_killed, too_many_procs, ...otherKills } =
  killFailures;

/** In order of priority: the first class with a sign explains a failure. Classes without signs follow from other evidence. */
export const catalogue: Readonly<Record<FailureClass, FailureRow>> = {
  ...inputFailures,
  env_missing,
  mpi_slots,
  disk_full,
  node_trouble,
  memory_maxcore,
  memory_exhausted,
  interrupted,
  oom_killed,
  too_many_procs,
  mpi_transport,
  ...runFailures,
  ...otherKills,
  ...queueFailures,
};

const isClass = (name: string): name is FailureClass => Object.hasOwn(catalogue, name);

/** All classes, in order of priority. */
export const failureClasses: readonly FailureClass[] = Object.keys(catalogue).filter((name) => isClass(name));

/** The classes that lines give away. */
export const signedClasses: readonly FailureClass[] = failureClasses.filter(
  (name) => catalogue[name].signs.length > 0,
);

/** The row of a class; that of `unknown` for a name that this version does not know. */
export function rowOf(failureClass: string): FailureRow {
  return isClass(failureClass) ? catalogue[failureClass] : catalogue.unknown;
}

/** Whether the same job may succeed on another try: after a change, or on another node. */
export function isRetryable(failureClass: string): boolean {
  const { retry, nodeFault } = rowOf(failureClass);
  return nodeFault || retry.isFinal !== true;
}

/** Whether someone's signal may be all that happened to a run that ended so. */
export function maySignalBeTheCause(failureClass: string): boolean {
  return rowOf(failureClass).maySignalBeTheCause;
}

/** ORCA could not read the orbitals that it was given, which is not the record's fault. */
export function isRestartFailure(failureClass: string): boolean {
  return failureClass === ('gbw_unusable' satisfies FailureClass);
}

/** The class of a run that the consumer stopped for what it wrote. */
export const outputTooLargeClass = 'output_too_large' satisfies FailureClass;
