import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Type numbers of statfs(2), from linux/magic.h and the file systems' own sources. VAST is mounted as NFS. */
const networkTypes = new Map<number, string>([
  [0x6969, 'NFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x00c36400, 'CephFS'],
  [0xaad7aaea, 'PanFS'],
  [0x20030528, 'OrangeFS'],
  [0x5346414f, 'AFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
]);

/**
 * The name of the network file system that holds `path` (or the nearest directory above it that exists),
 * or undefined when it is local or of a kind not known here. Meaningful on Linux only.
 */
export function networkFileSystemOf(path: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  let existing = resolve(path);
  while (!existsSync(existing)) existing = dirname(existing);
  // statfs reports a signed number on some platforms.
  return networkTypes.get(statfsSync(existing).type >>> 0);
}
