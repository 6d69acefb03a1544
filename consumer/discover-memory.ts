import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const cgroupLimitFiles = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Memory this process may use, in MB: the node's, or its memory cgroup's when that is smaller. */
export function discoverMemoryMb(): number {
  let bytes = totalmem();
  for (const file of cgroupLimitFiles) {
    try {
      const limit = Number(readFileSync(file, 'utf8'));
      if (Number.isFinite(limit) && limit > 0) bytes = Math.min(bytes, limit);
    } catch {
      continue;
    }
  }
  return Math.floor(bytes / 1024 ** 2);
}
