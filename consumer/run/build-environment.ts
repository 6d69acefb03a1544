import { isSchedulerVariable } from '../../core/config/scheduler-variables.ts';
import { formatCpuList } from '../cores/parse-cpu-list.ts';

/**
 * Variables of the allocation. A child mpirun that sees them hangs in an srun step, places ranks on a
 * neighbour node or crashes under Flux (measured with Open MPI 4.1 and 5.0, Slurm 22.05 and 24.11).
 */
const isAllocationVariable = (name: string): boolean =>
  isSchedulerVariable(name) || /^(PMI|PMIX|OMPI|PRTE|HYDRA)_/.test(name);

/**
 * Of these a site may keep some: settings of the MPI library itself. Those of one process, which its launcher has set
 * (`OMPI_COMM_WORLD_RANK`, `PMIX_RANK`, `OMPI_MCA_ess`…), never: a child would take itself for that process.
 */
const keepableVariable = /^(OMPI_MCA_(?!ess|orte|pmix|initial_wdir)|PRTE_MCA_(?!ess|prte)|PMIX_MCA_|HYDRA_)/;

/**
 * Open MPI ignores the mask it inherits and binds from core 0 of the node: its own binding goes off,
 * in the dialects of version 4 (OMPI_MCA_) and 5 (PRTE_MCA_). Oversubscribe, because mpirun counts the
 * node's cores, not the mask. The launchers stay local: the slot is on this node.
 */
const openMpiSettings = {
  OMPI_MCA_hwloc_base_binding_policy: 'none',
  PRTE_MCA_hwloc_default_binding_policy: 'none',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  PRTE_MCA_rmaps_default_mapping_policy: ':oversubscribe',
  OMPI_MCA_ras: '^slurm',
  OMPI_MCA_plm: 'isolated',
  PRTE_MCA_ras: '^slurm',
  PRTE_MCA_plm: '^slurm',
};

/**
 * The environment of one ORCA run.
 * @param run.keep names, or beginnings of names with a `*`, of MPI settings that a site needs; those that keep ranks on
 *   their slot are set as above whatever it keeps
 */
export function buildEnvironment(
  inherited: Record<string, string>,
  run: {
    jobId: string;
    slot: number;
    cores: readonly number[];
    jobDir: string;
    tmpDir: string;
    isRoot: boolean;
    keep?: readonly string[];
  },
): Record<string, string> {
  const kept = Object.entries(inherited).filter(
    ([name]) => !isSecret(name) && (!isAllocationVariable(name) || isKept(name, run.keep ?? [])),
  );
  return {
    ...Object.fromEntries(kept),
    ...openMpiSettings,
    ...(run.isRoot ? { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' } : {}),
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
    LC_ALL: 'C',
    TMPDIR: run.tmpDir,
    OACT_JOB_ID: run.jobId,
    OACT_SLOT: String(run.slot),
    OACT_CORES: run.cores.join(','),
    OACT_JOB_DIR: run.jobDir,
  };
}

function isKept(name: string, keep: readonly string[]): boolean {
  return (
    keepableVariable.test(name) &&
    keep.some((wanted) => (wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted))
  );
}

/** The Redis address may hold a password, which a chemistry program has no business with. */
function isSecret(name: string): boolean {
  return name.startsWith('OACT_REDIS');
}

/**
 * ORCA on the cores of one slot: a CPU mask around it (`taskset`), which its children inherit.
 * ORCA is named by its absolute path, without which it refuses to run in parallel.
 * @param pin false where there is no taskset (macOS) or slots share cores
 */
export function buildCommand(
  orcaPath: string,
  cores: readonly number[],
  pin: boolean,
): [string, ...string[]] {
  return pin ? ['taskset', '-c', formatCpuList(cores), orcaPath, 'orca.inp'] : [orcaPath, 'orca.inp'];
}
