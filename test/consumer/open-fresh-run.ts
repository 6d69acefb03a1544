import { openRunDirectory, type RunDirectory } from '../../consumer/files/run-directory.ts';

/** A run directory of an attempt that nobody has published yet. */
export async function openFreshRun(jobDir: string, attempt: number, runId: string): Promise<RunDirectory> {
  const run = await openRunDirectory(jobDir, attempt, runId);
  if (!run) throw new Error(`attempt ${attempt} in ${jobDir} is published already`);
  return run;
}
