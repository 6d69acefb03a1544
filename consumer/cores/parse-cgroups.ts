/** The directories of the cgroup that a process is in and of those around it, innermost first. */
export interface CgroupChain {
  version: 1 | 2;
  dirs: string[];
}

interface CgroupMount {
  version: 1 | 2;
  /** The cgroup that is mounted: `/`, or in a container often the container's own. */
  root: string;
  mountPoint: string;
  controllers: string[];
}

/**
 * Where the kernel keeps the limits of one controller for the process whose files these are. A machine may have the
 * controller in version 1, in version 2, or (while it is moved) in neither; all that are mounted are listed.
 * Source of the formats: cgroups(7) and proc(5).
 * @param cgroup text of /proc/self/cgroup
 * @param mountinfo text of /proc/self/mountinfo
 */
export function listCgroupChains(
  controller: 'memory' | 'cpu' | 'cpuset',
  cgroup: string,
  mountinfo: string,
): CgroupChain[] {
  const paths = parseCgroupPaths(cgroup);
  const chains: CgroupChain[] = [];
  for (const version of [1, 2] as const) {
    const path = paths.get(version === 1 ? controller : '');
    if (path === undefined) continue;
    const mount = parseCgroupMounts(mountinfo).find(
      (one) => one.version === version && (version === 2 || one.controllers.includes(controller)),
    );
    if (mount) chains.push({ version, dirs: listDirsUp(mount, path) });
  }
  return chains;
}

/** Controller → path; that of version 2 has the name ''. */
function parseCgroupPaths(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

function parseCgroupMounts(text: string): CgroupMount[] {
  return text.split('\n').flatMap((line): CgroupMount[] => {
    const [mount = '', source = ''] = line.split(' - ');
    const [, , , root, mountPoint] = mount.split(' ');
    const [type, , options] = source.split(' ');
    if (root === undefined || mountPoint === undefined) return [];
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    return [
      {
        version: type === 'cgroup' ? 1 : 2,
        root: unescape(root),
        mountPoint: unescape(mountPoint),
        controllers: (options ?? '').split(','),
      },
    ];
  });
}

/** mountinfo writes blanks as \040. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}

/** From the process's own cgroup to the one that is mounted; what lies around that one cannot be seen. */
function listDirsUp({ root, mountPoint }: CgroupMount, path: string): string[] {
  const inside =
    root === '/' ? path : path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : '';
  const parts = inside.split('/').filter((part) => part !== '');
  // A path such as `/../x` lies outside the namespace of this process.
  if (parts.includes('..')) return [mountPoint];
  return [...parts.keys(), parts.length]
    .toReversed()
    .map((count) => [mountPoint, ...parts.slice(0, count)].join('/'));
}
