import { parseCpuList } from '../cores/parse-cpu-list.ts';

/** CPUs outside the slot that a mask allows. */
export function strayCpus(mask: string, cores: readonly number[]): number[] {
  return parseCpuList(mask).filter((cpu) => !cores.includes(cpu));
}

/** The masks in lines of /proc/PID/status. */
export function parseMasks(text: string): string[] {
  return [...text.matchAll(/^Cpus_allowed_list:\s*(\S+)\s*$/gm)].map((match) => match[1] ?? '');
}
