import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { discoverLimits } from './discover-limits.ts';
import { parseCpuList } from './parse-cpu-list.ts';
import { readText } from '../files/read-text.ts';

/** One physical core that this process may use, by its first allowed hardware thread. */
export interface Core {
  cpu: number;
  /** All its hardware threads that are online, `cpu` among them. */
  threads: number[];
  /** Cores with the same number share an L3 cache. */
  l3: number;
  numaNode: number;
}

/** The physical cores of a node, and which of them this process may use. */
export interface NodeCores {
  usable: Core[];
  /** Online, but outside the affinity mask or the cpuset of this process. */
  forbidden: Core[];
  /** CPU numbers that are there but switched off, often the second threads of all cores. */
  offline: number[];
}

/**
 * The cores of this node: usable are those inside the affinity mask and the cpuset cgroup that are online, one hardware
 * thread of each. Without /proc and /sys (macOS) every CPU counts as a core.
 * @param root where /proc and /sys are found; another directory in tests and for recorded nodes
 */
export function discoverNodeCores(root = '/', cpuset = discoverLimits(root).cpuset): NodeCores {
  const read = (path: string): string | undefined => readText(join(root, path));
  const mask = /^Cpus_allowed_list:\s*(.+)$/m.exec(read('proc/self/status') ?? '')?.[1];
  if (mask === undefined) {
    const cpus = Array.from({ length: availableParallelism() }, (_, cpu) => cpu);
    return {
      usable: cpus.map((cpu) => ({ cpu, threads: [cpu], l3: 0, numaNode: 0 })),
      forbidden: [],
      offline: [],
    };
  }
  // The mask of a process that nobody has bound may name CPUs that are off or not even built in.
  const online = parseCpuList(read('sys/devices/system/cpu/online') ?? mask);
  const isOnline = new Set(online);
  const isAllowed = new Set(
    parseCpuList(mask).filter((cpu) => isOnline.has(cpu) && (cpuset === null || cpuset.includes(cpu))),
  );
  const numaNodeOf = new Map<number, number>();
  for (const node of parseCpuList(read('sys/devices/system/node/online') ?? '')) {
    const cpus = parseCpuList(read(`sys/devices/system/node/node${node}/cpulist`) ?? '');
    for (const cpu of cpus) numaNodeOf.set(cpu, node);
  }
  const found: NodeCores = {
    usable: [],
    forbidden: [],
    offline: parseCpuList(read('sys/devices/system/cpu/present') ?? '').filter((cpu) => !isOnline.has(cpu)),
  };
  for (const cpu of online) {
    const dir = `sys/devices/system/cpu/cpu${cpu}`;
    const siblings = parseCpuList(read(join(dir, 'topology/thread_siblings_list')) ?? String(cpu));
    const threads = siblings.filter((sibling) => isOnline.has(sibling));
    const isUsable = threads.some((sibling) => isAllowed.has(sibling));
    // Each core once: by its first thread that may be used.
    if ((isUsable ? threads.find((sibling) => isAllowed.has(sibling)) : threads[0]) !== cpu) continue;
    const numaNode = numaNodeOf.get(cpu) ?? 0;
    const l3 = parseCpuList(read(join(dir, 'cache/index3/shared_cpu_list')) ?? '')[0] ?? numaNode;
    (isUsable ? found.usable : found.forbidden).push({ cpu, threads, l3, numaNode });
  }
  return found;
}

/** The physical cores that this process may use. */
export function discoverCores(root = '/'): Core[] {
  return discoverNodeCores(root).usable;
}
