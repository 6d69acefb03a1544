import { formatCpuList } from '../cores/parse-cpu-list.ts';

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
