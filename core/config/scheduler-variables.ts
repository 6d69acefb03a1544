/** How the names of variables begin that a batch system sets in an allocation, or reads. A new batch system adds its own. */
const prefixes = ['SLURM', 'SLURMD', 'SBATCH', 'SRUN', 'SQUEUE', 'SACCT', 'SINFO', 'FLUX', 'PBS'];

const pattern = new RegExp(`^(${prefixes.join('|')})_`);

/** Whether a variable is a batch system's: a child mpirun that sees it hangs, strays to another node or crashes. */
export function isSchedulerVariable(name: string): boolean {
  return pattern.test(name);
}
