/** Schedulers' variables are read as options by their commands, and the tests may themselves run inside a job. */
export function environmentOutsideJobs(): NodeJS.ProcessEnv {
  const foreign = /^(OACT|SLURM|SLURMD|SBATCH|SRUN|SQUEUE|SCANCEL|FLUX|PBS|PMI|PMIX|OMPI|PRTE)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
