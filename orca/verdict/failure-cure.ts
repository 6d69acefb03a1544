/** What a failure class means and what a person can do about it. */
export interface FailureCure {
  /** The class in words, as the end of a sentence: `because …`. */
  readonly because: string;
  /** One sentence. */
  readonly cure: string;
  /** A command that helps; ID stands for the record. */
  readonly command?: string;
}

const again = 'oact requeue --ids ID';
const look = 'oact job cat ID';
const showInput = 'oact job input ID';
const memoryCure =
  'Give each job more memory: fewer and larger slots on a node (--cores-per-slot, or --slots), or large-memory nodes.';
const recipeCure = 'Correct the recipe in oact.yaml or on the command line, then let the record run again.';

const cures: Readonly<Record<string, FailureCure>> = {
  scf_not_converged: {
    because: 'the SCF did not converge',
    cure: 'Check charge and multiplicity first; then try a harder converger (SlowConv, KDIIS), more iterations (--scf-maxiter), or another start.',
    command: look,
  },
  opt_not_converged: {
    because: 'the optimization reached its cycle limit',
    cure: 'Let it go on from its last geometry, or look whether the structure falls apart.',
    command: again,
  },
  opt_step_failed: {
    because: 'no step of the optimization could be found',
    cure: 'Look at the last geometries (orca_trj.xyz); a looser --opt-level or a better start helps most often.',
    command: look,
  },
  timed_out: {
    because: "the job's own time limit was over",
    cure: 'Raise --job-timeout (and ask for a walltime that fits it), or give the job more cores.',
    command: again,
  },
  output_too_large: {
    because: 'it wrote more than a run may',
    cure: 'Look at what it repeats; a run that truly needs so much gets it by job.outputLimitMb or job.runLimitMb in oact.yaml.',
    command: look,
  },
  linear_dependence: {
    because: 'the basis is linearly dependent',
    cure: 'Take a less diffuse basis, or allow SThresh in retry.classes.linear_dependence, which changes the result.',
  },
  memory_maxcore: { because: 'the memory of a rank was too small', cure: memoryCure, command: again },
  memory_exhausted: { because: 'the memory was used up', cure: memoryCure, command: again },
  oom_killed: { because: 'the system killed it for its memory', cure: memoryCure, command: again },
  too_many_procs: {
    because: 'there were more ranks than work for them',
    cure: 'Use fewer cores per slot for molecules this small (--cores-per-slot).',
    command: again,
  },
  mpi_transport: {
    because: 'its MPI ranks lost each other',
    cure: 'If it happens on one node only, leave that node out; else check the Open MPI that ORCA was built for.',
    command: again,
  },
  mpi_slots: {
    because: 'mpirun found too few slots',
    cure: 'Check that the mpirun on the node is the one that ORCA was built for, and that slots are not larger than the node.',
    command: again,
  },
  disk_full: {
    because: 'the disk was full',
    cure: 'Free space or quota of the job root and the scratch directory.',
    command: again,
  },
  env_missing: {
    because: 'ORCA, mpirun or a library was missing on the node',
    cure: 'Put the node in order, or set --orca-path and the environment of the consumer script.',
    command: again,
  },
  gbw_unusable: {
    because: 'its orbital file could not be used',
    cure: 'Let it run again; a run that begins from scratch needs no orbitals.',
    command: again,
  },
  crash_module: {
    because: 'a module of ORCA crashed',
    cure: 'The end of the output says which one; fewer ranks or more memory help most often.',
    command: look,
  },
  killed_midrun: {
    because: 'its output stops without a word',
    cure: 'Somebody or something killed it; look at the node and the end of the output.',
    command: look,
  },
  interrupted: {
    because: 'its runs were interrupted as often as job.crashLimit allows',
    cure: 'It may be longer than every allocation: ask for a longer walltime, or set --time-request so that it starts only where it fits.',
    command: again,
  },
  result_missing: {
    because: 'ORCA ended without a result',
    cure: 'Look at the end of the output.',
    command: look,
  },
  suspicious_result: {
    because: 'its result cannot be right',
    cure: 'A person must look at the output.',
    command: look,
  },
  subjob: {
    because: 'its output is that of a child run',
    cure: 'Look into its job directory: the output of the job itself is missing.',
  },
  not_orca: {
    because: 'the program that ran was not ORCA',
    cure: 'Set --orca-path to the ORCA program: others have that name, too.',
  },
  lost: {
    because: 'its nodes vanished with it as often as job.crashLimit allows',
    cure: 'It may be what brings them down (memory); look at the nodes, then let it run again with more memory.',
    command: again,
  },
  fault: {
    because: 'it met faults of the nodes as often as job.crashLimit allows',
    cure: 'The reason names the fault; put it in order, then let the record run again.',
    command: again,
  },
  blocked: {
    because: 'a marker .do_not_rerun.json blocks it',
    cure: 'The marker says why; if it shall run all the same, the marker must go.',
    command: 'oact requeue --ids ID --unblock',
  },
  result_lost: {
    because: 'its job ended well, but its result cannot be found or read',
    cure: 'The reason names the file; one that does not count lies beside its place, with a note. A file that was only late is adopted by oact recover; else let it run again.',
    command: 'oact recover --dry-run',
  },
  payload_refused: {
    because: 'its payload was refused by the consumer',
    cure: 'Run producer and consumers from the same installation of oact, then let it run again.',
    command: again,
  },
  input_keyword: { because: 'ORCA does not know a word of the input', cure: recipeCure, command: showInput },
  input_syntax: { because: 'ORCA does not understand the input', cure: recipeCure, command: showInput },
  input_basis: {
    because: 'an element has no basis or ECP',
    cure: 'Choose basis sets and ECPs that cover all elements of the record, then let it run again.',
    command: showInput,
  },
  input_recipe: { because: 'the recipe does not fit the record', cure: recipeCure, command: showInput },
  input_multiplicity: {
    because: 'charge and multiplicity do not fit the number of electrons',
    cure: 'Correct charge or spin (the multiplicity) of the record in the database, then let it run again.',
    command: again,
  },
  input_no_electrons: {
    because: 'it has no electrons',
    cure: 'Correct the charge of the record in the database, then let it run again.',
    command: again,
  },
  input_geometry: {
    because: 'atoms lie on top of each other',
    cure: 'Correct the geometry of the record in the database, then let it run again.',
    command: again,
  },
  input_structure: {
    because: 'the structure cannot be computed',
    cure: 'Correct charge, multiplicity or geometry of the record in the database, then let it run again.',
    command: again,
  },
};

const unknown: FailureCure = {
  because: 'of a reason that oact has no word for',
  cure: 'Look at the end of the output.',
  command: look,
};

/** What to do about a failure class; `timed_out` stands for the job's own time limit. Every class has an answer. */
export function cureOf(failureClass: string): FailureCure {
  return cures[failureClass] ?? unknown;
}

/** Whether the class is known; for tests. */
export const curedClasses: readonly string[] = Object.keys(cures);
