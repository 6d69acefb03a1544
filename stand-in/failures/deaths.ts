import type { Dialect } from '../output/dialect.ts';
import type { FailureCategory } from './failure-categories.ts';

/** Where in a run a module can die. */
export type Stage = 'startup' | 'guess' | 'scf_start' | 'scf_middle' | 'after_scf' | 'relaxation';

/** As ORCA 6 names them; see nameModule. */
export type ModuleName = 'Startup' | 'GUESS' | 'LEANSCF' | 'MDCI' | 'GSTEP';

export interface DeathFacts {
  dialect: Dialect;
  processCount: number;
  /** MB per process */
  maxcore: number;
  host: string;
  programDirectory: string;
  /** Memory the SCF says it needs, MB. */
  neededMemory: number;
}

const dashes = '-'.repeat(74);

function box(text: string): string {
  return `${dashes}\n${text}\n${dashes}\n`;
}

const aborted = box(
  'Primary job  terminated normally, but 1 process returned\na non-zero exit code. Per user-direction, the job has been aborted.',
);

/** What mpirun says when a rank ends badly. */
export function exitedNonZero(): string {
  return `${aborted}${box(
    'mpirun detected that one or more processes exited with non-zero status, thus causing\nthe job to be terminated. The first process to do so was:\n\n  Process name: [[1158,1],0]\n  Exit code:    1',
  )}`;
}

function exitedOnSignal(facts: DeathFacts, signal: number, name: string): string {
  return `${aborted}${box(
    `mpirun noticed that process rank 0 with PID ${process.pid} on node ${facts.host} exited on signal ${signal} (${name}).`,
  )}`;
}

interface Death {
  stage: Stage;
  module: ModuleName;
  words: (facts: DeathFacts) => { out?: string; err?: string };
}

/** Hydra, the launcher of MPICH and Intel MPI. */
function killedUnderHydra({ host }: DeathFacts): string {
  const rule = '='.repeat(83);
  return `\n${rule}\n=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES\n=   RANK 0 PID ${process.pid} RUNNING AT ${host}\n=   KILLED BY SIGNAL: 9 (Killed)\n${rule}\n`;
}

/** How each of them dies; the texts are those that campaigns classify by. */
export const deaths: Partial<Record<FailureCategory, Death>> = {
  env_missing: {
    stage: 'startup',
    module: 'Startup',
    words: ({ processCount, programDirectory }) => ({
      err:
        `${programDirectory}/orca_startup_mpi: error while loading shared libraries: libmpi.so.40: cannot open shared object file: No such file or directory\n`.repeat(
          processCount,
        ) + aborted,
    }),
  },
  mpi_slots: {
    stage: 'startup',
    module: 'Startup',
    words: ({ processCount, programDirectory }) => ({
      err: box(
        `There are not enough slots available in the system to satisfy the ${processCount}\nslots that were requested by the application:\n\n  ${programDirectory}/orca_startup_mpi\n\nEither request fewer slots for your application, or make more slots\navailable for use.`,
      ),
    }),
  },
  gbw_unusable: {
    stage: 'guess',
    module: 'GUESS',
    words: ({ dialect }) => ({
      out: `\nError (${dialect.generation === 6 ? 'ORCA_GUESS' : 'ORCA_SCF'}): there are no orbitals found in the .gbw file\n`,
    }),
  },
  memory_maxcore: {
    stage: 'scf_start',
    module: 'LEANSCF',
    words: (facts) => ({ out: renderMemoryError(facts), err: exitedNonZero() }),
  },
  disk_full: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ dialect }) => ({
      out: `\nError (ORCA_${dialect.scfModule}): writing a scratch file failed: No space left on device\n`,
      err: exitedNonZero(),
    }),
  },
  node_trouble: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ programDirectory }) => ({
      err: `${programDirectory}/orca_leanscf_mpi: error: orca.gbw: Stale file handle\n${exitedNonZero()}`,
    }),
  },
  // Open MPI 5 breaks the sentence that Open MPI 4 writes in one line.
  mpi5_killed: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ host }) => ({
      err: box(
        `prterun noticed that process rank 0 with PID ${process.pid} on node ${host} exited on\nsignal 9 (Killed).`,
      ),
    }),
  },
  hydra_killed: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: (facts) => ({ err: killedUnderHydra(facts) }),
  },
  slurm_layout: {
    stage: 'startup',
    module: 'Startup',
    words: ({ host }) => ({
      err: `${box(
        'While trying to determine what resources are available, the SLURM\nresource allocator expects to find the following environment variables:\n\n    SLURM_NODELIST\n    SLURM_TASKS_PER_NODE',
      )}[${host}:${process.pid}] [[37107,0],0] ORTE_ERROR_LOG: Not found in file ras_base_allocate.c at line 193\n`,
    }),
  },
  shm_full: {
    stage: 'startup',
    module: 'Startup',
    words: ({ host }) => ({
      err: box(
        `It appears as if there is not enough space for /dev/shm/vader_segment.${host}.0.0.1 (the shared-memory backing\nfile). It is likely that your MPI job will now either abort or experience\nperformance degradation.`,
      ),
    }),
  },
  // Of the searches for transition states.
  no_barrier: {
    stage: 'after_scf',
    module: 'GSTEP',
    words: () => ({ out: '\nNo barrier was found. Skipping NEB-TS run here.\n' }),
  },
  memory_exhausted: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ host }) => ({
      err: `terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n[${host}:${process.pid}] *** Process received signal ***\n[${host}:${process.pid}] Signal: Aborted (6)\n${exitedNonZero()}`,
    }),
  },
  interrupted: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: (facts) => ({ err: exitedOnSignal(facts, 15, 'Terminated') }),
  },
  oom_killed: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: (facts) => ({ err: exitedOnSignal(facts, 9, 'Killed') }),
  },
  mpi_transport: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ host }) => ({
      err: `[${host}][[43210,1],0][btl_tcp.c:559:mca_btl_tcp_recv_blocking] recv(23) failed: Connection reset by peer (104)\n${exitedNonZero()}`,
    }),
  },
  linear_dependence: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: ({ dialect }) => ({
      out: `\nError (ORCA_${dialect.scfModule}): Diagonalization failure: the basis set is close to linear dependence\n`,
      err: exitedNonZero(),
    }),
  },
  crash_module: {
    stage: 'scf_middle',
    module: 'LEANSCF',
    words: (facts) => ({
      err: `[${facts.host}:${process.pid}] *** Process received signal ***\n[${facts.host}:${process.pid}] Signal: Segmentation fault (11)\n[${facts.host}:${process.pid}] *** End of error message ***\n${exitedOnSignal(facts, 11, 'Segmentation fault')}`,
    }),
  },
  // Of correlated methods: more ranks than pairs of electrons.
  too_many_procs: {
    stage: 'after_scf',
    module: 'MDCI',
    words: ({ processCount }) => ({
      out: Array.from(
        { length: processCount },
        (_, rank) =>
          `[file orca_mdci/mdci_def.cpp, line 3426, Process ${rank}]: Error (ORCA_MDCI): Number of processes in parallel calculation exceeds number of pairs\n`,
      ).join(''),
    }),
  },
  opt_step_failed: {
    stage: 'relaxation',
    module: 'GSTEP',
    words: () => ({ out: '\nError (ORCA_GSTEP): the lambda equations have not converged\n' }),
  },
};

function renderMemoryError({ dialect, maxcore, neededMemory }: DeathFacts): string {
  const isOld = dialect.generation < 6;
  const show = (megabytes: number): string => megabytes.toFixed(isOld ? 0 : 1).padStart(12);
  const source = isOld ? 'orca_scf/orca_scf.cpp, line 2720' : 'orca_leanscf/leanscf_memory.cpp, line 120';
  return `
 Error  (ORCA_SCF): Not enough memory available!
                    Memory available for SCF calculation: ${show(maxcore)} MB
                    Memory needed (estimated)           : ${show(neededMemory)} MB
       ====>        Please increase MaxCore to more than: ${show(neededMemory)} MB


[file ${source}, Process 0]: Error (ORCA_SCF): ... aborting the run
`;
}
