/** How the job of a record ends when nobody disturbs it. */
export type PlannedOutcome =
  { kind: 'completed' } | { kind: 'failed'; class: string } | { kind: 'timed_out' };

/**
 * The failures that a molecule can be blamed for, with ORCA's words for each. Those that speak of a broken node
 * (ORCA or a library missing, disk full, MPI) are not here: they are nothing that a record does.
 */
export const plannedFailures: readonly { class: string; words: string }[] = [
  { class: 'input_keyword', words: 'UNRECOGNIZED OR DUPLICATED KEYWORD(S) IN SIMPLE INPUT LINE' },
  { class: 'input_basis', words: 'There are no main basis functions on atom number 0 (Ra)' },
  {
    class: 'input_multiplicity',
    words: 'Error : multiplicity (2) is even and number of electrons (90) is even -> impossible',
  },
  { class: 'input_no_electrons', words: 'The number of electrons (NEL) is zero' },
  { class: 'input_geometry', words: 'Zero distance between atoms 1 and 2' },
  { class: 'input_syntax', words: 'Unknown identifier in SCF block' },
  { class: 'memory_maxcore', words: 'Please increase MaxCore' },
  { class: 'memory_exhausted', words: 'terminate called after throwing an instance of std::bad_alloc' },
  { class: 'too_many_procs', words: 'Number of processes in parallel calculation exceeds number of pairs' },
  { class: 'gbw_unusable', words: 'No orbitals found in the .gbw file' },
  { class: 'opt_step_failed', words: 'The lambda equations have not converged' },
  { class: 'scf_not_converged', words: 'SCF NOT CONVERGED AFTER 300 CYCLES' },
  { class: 'linear_dependence', words: 'Diagonalization failure' },
  { class: 'crash_module', words: 'ORCA finished by error termination in GTOInt' },
];

/** The outcomes repeat after this many records: 14 failures, one that hangs, 25 that succeed, one of them late, one with a daemon. */
export const outcomePeriod = 40;

/** Of every `outcomePeriod` records, the one that hangs until its time limit. */
export const hangingTurn = plannedFailures.length;

/** The one that succeeds, but takes nearly as long as a lock lives. */
export const slowTurn = hangingTurn + 1;

/** The one that succeeds, and leaves a process in a session of its own behind. */
export const daemonTurn = slowTurn + 1;

export function planOutcome(recordId: number): PlannedOutcome {
  const turn = recordId % outcomePeriod;
  const failure = plannedFailures[turn];
  if (failure) return { kind: 'failed', class: failure.class };
  return turn === hangingTurn ? { kind: 'timed_out' } : { kind: 'completed' };
}

/** What ORCA says of a record, so that a result of another record is noticed; Eh. */
export function energyOf(recordId: number): number {
  return -(1000 + recordId);
}
