/**
 * The environment in which a scheduler is asked. A user's profile may hold variables that change what its commands select and
 * print (SLURM_TIME_FORMAT, SQUEUE_STATES, FLUX_JOBS_FORMAT_DEFAULT …), so only known ones go along.
 */

/** What programs need to be found, to load, to authenticate, and to mean the same time zone as this process. */
const plainVariables = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LD_LIBRARY_PATH', 'TZ', 'TMPDIR', 'KRB5CCNAME'];

/** @param known what the scheduler's commands need to find their controller */
export function cleanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): Record<string, string> {
  const kept = [...plainVariables, ...known].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
