import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseCpuList } from './parse-cpu-list.ts';

/** One physical core that this process may use, by its first allowed hardware thread. */
export interface Core {
  cpu: number;
  /** Cores with the same number share an L3 cache. */
  l3: number;
  numaNode: number;
}

const firstOf = (text: string | undefined, otherwise: number): number =>
  parseCpuList(text ?? '')[0] ?? otherwise;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * The physical cores inside this process's affinity mask, one hardware thread of each.
 * The mask already reflects a cpuset cgroup. Without /proc and /sys (macOS) every CPU counts as a core.
 * @param root where /proc and /sys are found; another directory in tests
 */
export function discoverCores(root = '/'): Core[] {
  const status = readText(join(root, 'proc/self/status'));
  const allowedList = /^Cpus_allowed_list:\s*(.+)$/m.exec(status ?? '')?.[1];
  if (allowedList === undefined) {
    return Array.from({ length: availableParallelism() }, (_, cpu) => ({ cpu, l3: 0, numaNode: 0 }));
  }
  const numaNodeOf = new Map<number, number>();
  for (const node of parseCpuList(readText(join(root, 'sys/devices/system/node/online')) ?? '')) {
    const cpus = parseCpuList(readText(join(root, `sys/devices/system/node/node${node}/cpulist`)) ?? '');
    for (const cpu of cpus) numaNodeOf.set(cpu, node);
  }
  const allowed = parseCpuList(allowedList);
  const isAllowed = new Set(allowed);
  const cores: Core[] = [];
  for (const cpu of allowed) {
    const dir = join(root, `sys/devices/system/cpu/cpu${cpu}`);
    const siblings = parseCpuList(readText(join(dir, 'topology/thread_siblings_list')) ?? String(cpu));
    if (siblings.find((sibling) => isAllowed.has(sibling)) !== cpu) continue;
    const numaNode = numaNodeOf.get(cpu) ?? 0;
    cores.push({ cpu, l3: firstOf(readText(join(dir, 'cache/index3/shared_cpu_list')), numaNode), numaNode });
  }
  return cores;
}
