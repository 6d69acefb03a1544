/**
 * CPU numbers of a kernel list such as `0-3,8,10-11`, ascending. An empty text is an empty list.
 * Source of the format: Documentation/admin-guide/cputopology.rst of the Linux kernel.
 */
export function parseCpuList(text: string): number[] {
  const cpus = new Set<number>();
  for (const part of text.trim().split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!match) continue;
    const last = Number(match[2] ?? match[1]);
    for (let cpu = Number(match[1]); cpu <= last; cpu++) cpus.add(cpu);
  }
  return [...cpus].toSorted((a, b) => a - b);
}

/** The inverse: `[0,1,2,8]` → `0-2,8`, as taskset takes it. */
export function formatCpuList(cpus: readonly number[]): string {
  const parts: string[] = [];
  for (let start = 0; start < cpus.length;) {
    let end = start;
    while (cpus[end + 1] === (cpus[end] ?? 0) + 1) end++;
    parts.push(end === start ? `${cpus[start]}` : `${cpus[start]}-${cpus[end]}`);
    start = end + 1;
  }
  return parts.join(',');
}

/** CPUs outside the slot that a mask allows. */
export function strayCpus(mask: string, cores: readonly number[]): number[] {
  return parseCpuList(mask).filter((cpu) => !cores.includes(cpu));
}

/** The masks in lines of /proc/PID/status. */
export function parseMasks(text: string): string[] {
  return [...text.matchAll(/^Cpus_allowed_list:\s*(\S+)\s*$/gm)].map((match) => match[1] ?? '');
}
