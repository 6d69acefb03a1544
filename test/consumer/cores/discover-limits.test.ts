import { describe, expect, it } from 'vitest';
import { discoverLimits } from '../../../consumer/cores/discover-limits.ts';
import { discoverMemory } from '../../../consumer/cores/discover-memory.ts';
import { listCgroupChains } from '../../../consumer/cores/parse-cgroups.ts';
import { topologies } from '../../fixtures/topologies.ts';
import { writeFakeNode } from '../fake-node.ts';

const v1 = '36 25 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory';
const v2 = '35 24 0:30 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate';

describe('where the limits of a process are', () => {
  it.each<[string, string, string, string[]]>([
    [
      'version 2, from its own cgroup to the root',
      '0::/system.slice/slurmstepd.scope/job_7/step_0/user',
      v2,
      [
        '/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/user',
        '/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0',
        '/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7',
        '/sys/fs/cgroup/system.slice/slurmstepd.scope',
        '/sys/fs/cgroup/system.slice',
        '/sys/fs/cgroup',
      ],
    ],
    ['version 1', '4:memory:/slurm/job_7\n3:cpuset:/x', v1, ['memory/slurm/job_7', 'memory/slurm', 'memory']],
    [
      'version 1 with controllers mounted together',
      '4:cpuacct,memory:/a',
      '36 25 0:32 / /cg/both rw - cgroup cgroup rw,cpuacct,memory',
      ['/cg/both/a', '/cg/both'],
    ],
    [
      'both versions at once',
      '4:memory:/a\n0::/b',
      `${v1}\n38 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`,
      ['memory/a', 'memory', 'unified/b', 'unified'],
    ],
    [
      'a container that sees its own cgroup only',
      '4:memory:/docker/abc/inner',
      '36 25 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory',
      ['memory/inner', 'memory'],
    ],
    ['a path outside its namespace', '0::/../../x', v2, ['/sys/fs/cgroup']],
    [
      'a mount of another cgroup',
      '0::/x',
      '35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw',
      ['/sys/fs/cgroup'],
    ],
    ['a blank in a path', '0::/a', '35 24 0:30 / /my\\040cg rw - cgroup2 cgroup2 rw', ['/my cg/a', '/my cg']],
    ['no cgroups', '', '22 1 8:1 / / rw - ext4 /dev/sda1 rw', []],
  ])('%s', (_, cgroup, mountinfo, dirs) => {
    const found = listCgroupChains('memory', cgroup, mountinfo).flatMap((chain) => chain.dirs);
    expect(found).toEqual(dirs.map((dir) => (dir.startsWith('/') ? dir : `/sys/fs/cgroup/${dir}`)));
  });
});

const limitsOf = (files: Record<string, string>) =>
  discoverLimits(writeFakeNode({ allowed: '0-7', cpus: 8, files }));

describe('limits', () => {
  const process = { 'proc/self/mountinfo': v2, 'proc/self/cgroup': '0::/a/b' };

  it('of a container: the smallest memory on the way up, the cpuset, the quota', () => {
    expect(discoverLimits(writeFakeNode(topologies.container3))).toEqual({
      memory: { bytes: 8 * 1024 ** 3, file: '/sys/fs/cgroup/kubepods/pod1/box/memory.max' },
      cpuset: [5, 6, 7],
      quota: { cpus: 2.5, file: '/sys/fs/cgroup/kubepods/pod1/box/cpu.max' },
    });
  });

  it('of a Slurm step in version 1: that of the job around it', () => {
    expect(discoverLimits(writeFakeNode(topologies.milan128)).memory).toEqual({
      bytes: 480 * 1024 ** 3,
      file: '/sys/fs/cgroup/memory/slurm/uid_1000/job_77/memory.limit_in_bytes',
    });
  });

  it('of a parent that is smaller than its child', () => {
    const limits = limitsOf({
      ...process,
      'sys/fs/cgroup/a/b/memory.max': '4000000000',
      'sys/fs/cgroup/a/memory.max': '3000000000',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000',
      'sys/fs/cgroup/a/cpu.max': '400000 100000',
    });
    expect(limits.memory).toEqual({ bytes: 3e9, file: '/sys/fs/cgroup/a/memory.max' });
    expect(limits.quota).toEqual({ cpus: 4, file: '/sys/fs/cgroup/a/cpu.max' });
  });

  it('of version 1: a quota in two files', () => {
    const limits = limitsOf({
      'proc/self/mountinfo': '36 25 0:32 / /cg/cpu rw - cgroup cgroup rw,cpu',
      'proc/self/cgroup': '4:cpu:/x',
      'cg/cpu/x/cpu.cfs_quota_us': '150000',
      'cg/cpu/x/cpu.cfs_period_us': '100000',
      'cg/cpu/cpu.cfs_quota_us': '-1',
      'cg/cpu/cpu.cfs_period_us': '100000',
    });
    expect(limits.quota).toEqual({ cpus: 1.5, file: '/cg/cpu/x/cpu.cfs_quota_us' });
  });

  it.each(['max', '', '0', 'nonsense', '9223372036854771712'])("'%s' is none", (text) => {
    expect(limitsOf({ ...process, 'sys/fs/cgroup/a/memory.max': text }).memory).toBeNull();
  });

  it('are none where there are no cgroups', () => {
    expect(discoverLimits('/nowhere/at/all')).toEqual({ memory: null, cpuset: null, quota: null });
  });
});

describe('memory', () => {
  it.each([
    ['apu96', { nodeMb: 501 * 1024, limit: null, usableMb: 501 * 1024 }],
    [
      'milan128',
      {
        nodeMb: 503 * 1024,
        limit: {
          mb: 480 * 1024,
          file: '/sys/fs/cgroup/memory/slurm/uid_1000/job_77/memory.limit_in_bytes',
        },
        usableMb: 480 * 1024,
      },
    ],
  ] as const)('of %s', (name, expected) => {
    expect(discoverMemory(writeFakeNode(topologies[name]))).toEqual(expected);
  });

  it('is not limited by a limit above that of the node', () => {
    const root = writeFakeNode({ allowed: '0', cpus: 1, memoryGb: 4 });
    expect(discoverMemory(root, { bytes: 2 ** 40, file: '/x' })).toMatchObject({
      limit: null,
      usableMb: 4096,
    });
  });

  it('is found on this machine', () => {
    expect(discoverMemory().usableMb).toBeGreaterThan(100);
  });
});
