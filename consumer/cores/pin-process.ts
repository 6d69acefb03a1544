import { execa } from 'execa';
import { formatCpuList } from './parse-cpu-list.ts';

/**
 * Keeps this process, all its threads and whatever it starts from now on, on some cores.
 * @returns false where there is no taskset, or it may not
 */
export async function pinProcess(cores: readonly number[]): Promise<boolean> {
  const args = ['--all-tasks', '--cpu-list', '--pid', formatCpuList(cores), String(process.pid)];
  const { failed } = await execa('taskset', args, { reject: false, stdin: 'ignore' });
  return !failed;
}
