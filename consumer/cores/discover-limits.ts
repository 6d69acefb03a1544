import { join } from 'node:path';
import { type CgroupChain, listCgroupChains } from './parse-cgroups.ts';
import { parseCpuList } from './parse-cpu-list.ts';
import { readText } from '../files/read-text.ts';

/** What the cgroup of this process, and those around it, allow; null where they set no limit. */
export interface CgroupLimits {
  /** The smallest of all, and the file that says it. */
  memory: { bytes: number; file: string } | null;
  /** CPU numbers of the cpuset. */
  cpuset: number[] | null;
  /** CPU time per time, as a number of CPUs. */
  quota: { cpus: number; file: string } | null;
}

/** Version 1 writes a number near 2^63 for "no limit"; no node has 2^60 bytes. */
const noLimitBytes = 2 ** 60;

/** @param root where /proc and /sys are found; another directory in tests and for recorded nodes */
export function discoverLimits(root = '/'): CgroupLimits {
  const read = (path: string): string | undefined => readText(join(root, path));
  const cgroup = read('/proc/self/cgroup') ?? '';
  const mountinfo = read('/proc/self/mountinfo') ?? '';
  const visit = <T>(
    controller: 'memory' | 'cpu' | 'cpuset',
    look: (dir: string, version: CgroupChain['version']) => T | undefined,
  ): T[] =>
    listCgroupChains(controller, cgroup, mountinfo).flatMap(({ version, dirs }) =>
      dirs.map((dir) => look(dir, version)).filter((found): found is T => found !== undefined),
    );
  const memory = visit('memory', (dir, version) => {
    const file = join(dir, version === 1 ? 'memory.limit_in_bytes' : 'memory.max');
    const bytes = Number(read(file)?.trim() || 'max');
    return bytes > 0 && bytes < noLimitBytes ? { bytes, file } : undefined;
  });
  const quota = visit('cpu', (dir, version) => {
    const file = join(dir, version === 1 ? 'cpu.cfs_quota_us' : 'cpu.max');
    const cpus = parseQuota(read(file), version === 1 ? read(join(dir, 'cpu.cfs_period_us')) : undefined);
    return cpus === undefined ? undefined : { cpus, file };
  });
  // The innermost one is within all others.
  const [cpuset] = visit('cpuset', (dir, version) => {
    const names = version === 1 ? ['cpuset.effective_cpus', 'cpuset.cpus'] : ['cpuset.cpus.effective'];
    const [cpus] = names
      .map((name) => parseCpuList(read(join(dir, name)) ?? ''))
      .filter((found) => found.length > 0);
    return cpus;
  });
  return {
    memory: memory.toSorted((a, b) => a.bytes - b.bytes)[0] ?? null,
    cpuset: cpuset ?? null,
    quota: quota.toSorted((a, b) => a.cpus - b.cpus)[0] ?? null,
  };
}

/** `400000 100000` of cpu.max, or the two files of version 1 → 4; undefined for `max` and -1. */
function parseQuota(quota: string | undefined, period: string | undefined): number | undefined {
  const [limit, length] = `${quota ?? ''} ${period ?? ''}`.trim().split(/\s+/).map(Number);
  if (limit === undefined || length === undefined || !(limit > 0) || !(length > 0)) return undefined;
  return limit / length;
}
