import { describe, expect, it } from 'vitest';
import { buildCommand, buildEnvironment } from '../../../consumer/run/build-environment.ts';

const run = {
  jobId: 'c7-a1',
  slot: 3,
  cores: [24, 25, 26, 27],
  jobDir: '/shared/jobs/job_7',
  tmpDir: '/tmp/oact-x',
  isRoot: false,
};

describe('buildEnvironment', () => {
  it.each([
    'SLURM_JOB_ID',
    'SLURM_NODELIST',
    'SLURMD_NODENAME',
    'SBATCH_PARTITION',
    'SRUN_DEBUG',
    'FLUX_URI',
    'FLUX_ENCLOSING_ID',
    'PBS_NODEFILE',
    'PBS_JOBID',
    'PMI_RANK',
    'PMI_FD',
    'PMIX_NAMESPACE',
    'PMIX_SERVER_URI2',
    'OMPI_COMM_WORLD_RANK',
    'OMPI_MCA_orte_hnp_uri',
    'OMPI_MCA_ess',
    'PRTE_LAUNCHED',
    'PRTE_MCA_prte_ess_jobid',
    'HYDRA_BOOTSTRAP',
    'OACT_REDIS_URL',
    'OACT_REDIS_PASSWORD',
  ])('%s does not reach ORCA', (name) => {
    expect(buildEnvironment({ [name]: 'x' }, run)).not.toHaveProperty([name]);
  });

  it.each([
    'PATH',
    'LD_LIBRARY_PATH',
    'HOME',
    'USER',
    'NBOEXE',
    'RSH_COMMAND',
    'EBROOTORCA',
    'SLURMFOO',
    'PBSX',
  ])('%s does', (name) => {
    expect(buildEnvironment({ [name]: '/opt/x' }, run)).toHaveProperty([name], '/opt/x');
  });

  it("switches Open MPI's own binding off in the dialects of version 4 and 5, whatever was inherited", () => {
    const inherited = {
      OMPI_MCA_hwloc_base_binding_policy: 'core',
      PRTE_MCA_hwloc_default_binding_policy: 'core',
    };
    expect(buildEnvironment(inherited, run)).toMatchObject({
      OMPI_MCA_hwloc_base_binding_policy: 'none',
      PRTE_MCA_hwloc_default_binding_policy: 'none',
      OMPI_MCA_rmaps_base_oversubscribe: '1',
      PRTE_MCA_rmaps_default_mapping_policy: ':oversubscribe',
    });
  });

  describe('keeps what a site needs', () => {
    const inherited: Record<string, string> = {
      OMPI_MCA_btl: 'self,vader',
      OMPI_MCA_pml: 'ucx',
      OMPI_MCA_plm: 'slurm',
      OMPI_MCA_orte_hnp_uri: 'x',
      OMPI_MCA_ess: 'pmi',
      OMPI_MCA_hwloc_base_binding_policy: 'core',
      OMPI_COMM_WORLD_RANK: '0',
      PRTE_MCA_oob: 'tcp',
      PRTE_MCA_prte_ess_jobid: '1',
      PMIX_MCA_gds: 'hash',
      PMIX_RANK: '0',
      HYDRA_IFACE: 'ib0',
      UCX_TLS: 'rc,sm',
      SLURM_JOB_ID: '4711',
      OACT_REDIS_URL: 'redis://:secret@x',
    };
    const keptBy = (...keep: string[]): string[] =>
      Object.entries(buildEnvironment(inherited, { ...run, keep }))
        .filter(([name, value]) => inherited[name] === value)
        .map(([name]) => name)
        .toSorted();

    it.each<[string[], string[]]>([
      [[], []],
      [['OMPI_MCA_btl'], ['OMPI_MCA_btl']],
      [['OMPI_MCA_bt'], []],
      [['OMPI_MCA_p*'], ['OMPI_MCA_pml']],
      [
        ['OMPI_*', 'PRTE_*', 'PMIX_*', 'HYDRA_IFACE'],
        ['HYDRA_IFACE', 'OMPI_MCA_btl', 'OMPI_MCA_pml', 'PMIX_MCA_gds', 'PRTE_MCA_oob'],
      ],
      [['SLURM_JOB_ID', 'OACT_REDIS_URL', 'PMIX_RANK'], []],
    ])('%j', (keep, kept) => {
      // UCX is no launcher: its settings are never taken away.
      expect(keptBy(...keep)).toEqual([...kept, 'UCX_TLS']);
    });
  });

  it('gives each run one thread per rank, a TMPDIR of its own and the words to find it by', () => {
    const env = buildEnvironment({ TMPDIR: '/tmp', OMP_NUM_THREADS: '96', LC_ALL: 'de_DE.UTF-8' }, run);
    expect(env).toMatchObject({
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      LC_ALL: 'C',
      TMPDIR: '/tmp/oact-x',
      OACT_JOB_ID: 'c7-a1',
      OACT_SLOT: '3',
      OACT_CORES: '24,25,26,27',
      OACT_JOB_DIR: '/shared/jobs/job_7',
    });
  });

  it('lets mpirun run as root only for root', () => {
    expect(buildEnvironment({}, run)).not.toHaveProperty('OMPI_ALLOW_RUN_AS_ROOT');
    expect(buildEnvironment({}, { ...run, isRoot: true })).toMatchObject({
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
    });
  });

  it('leaves the environment it was given as it was', () => {
    const inherited = { SLURM_JOB_ID: '4711' };
    buildEnvironment(inherited, run);
    expect(inherited).toEqual({ SLURM_JOB_ID: '4711' });
  });
});

describe('buildCommand', () => {
  it('puts the mask of the slot around ORCA, which is named by its absolute path', () => {
    expect(buildCommand('/opt/orca/orca', [0, 1, 2, 3, 8], true)).toEqual([
      'taskset',
      '-c',
      '0-3,8',
      '/opt/orca/orca',
      'orca.inp',
    ]);
  });

  it('starts ORCA alone where nothing can be pinned', () => {
    expect(buildCommand('/opt/orca/orca', [0, 1], false)).toEqual(['/opt/orca/orca', 'orca.inp']);
  });
});
