import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';

/** A cgroup of version 1 for this test, or undefined where none can be made: not root, another version, a container. */
function makeCgroup(controller: string, settings: Record<string, string>): string | undefined {
  const dir = `/sys/fs/cgroup/${controller}/oact-test-${process.pid}`;
  try {
    mkdirSync(dir);
    // Takes processes that its children leave behind, too.
    onTestFinished(() => rmdirSync(dir));
    for (const [file, text] of Object.entries(settings)) writeFileSync(join(dir, file), text);
    return dir;
  } catch {
    return undefined;
  }
}

const canMake = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/memory/cgroup.procs');
if (!canMake) process.stdout.write('Tests are skipped: no cgroup of version 1 can be made here\n');

/** What a process inside the cgroup finds. */
function discoverInside(dirs: readonly string[]): Record<string, unknown> {
  const dist = join(findPackageRoot(), 'dist', 'consumer', 'cores');
  const script = `
    const { discoverLimits } = await import('${dist}/discover-limits.js');
    const { discoverMemory } = await import('${dist}/discover-memory.js');
    const { discoverCores } = await import('${dist}/discover-cores.js');
    console.log(JSON.stringify({ limits: discoverLimits(), memory: discoverMemory(), cores: discoverCores().map((core) => core.cpu) }));`;
  const enter = dirs.map((dir) => `echo $$ >${dir}/cgroup.procs`).join(' && ');
  const run = `${enter} && exec "$0" --input-type=module -e "$1"`;
  return JSON.parse(execFileSync('sh', ['-c', run, process.execPath, script], { encoding: 'utf8' }));
}

describe.skipIf(!canMake)('a process in a real cgroup of version 1', () => {
  it('sees its memory limit', () => {
    const bytes = 1500 * 1024 ** 2;
    const dir = makeCgroup('memory', { 'memory.limit_in_bytes': String(bytes) });
    expect(dir).toBeDefined();
    expect(discoverInside([dir ?? ''])).toMatchObject({
      limits: { memory: { bytes, file: `${dir}/memory.limit_in_bytes` } },
      memory: { limit: { mb: 1500 }, usableMb: 1500 },
    });
  });

  it('sees the cores of its cpuset', () => {
    const [first = 0] = discoverCores().map((core) => core.cpu);
    const dir = makeCgroup('cpuset', { 'cpuset.cpus': String(first), 'cpuset.mems': '0' });
    expect(dir).toBeDefined();
    expect(discoverInside([dir ?? ''])).toMatchObject({ limits: { cpuset: [first] }, cores: [first] });
  });

  it('sees the limit of its CPU time', () => {
    const dir = makeCgroup('cpu', { 'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': '150000' });
    expect(dir).toBeDefined();
    expect(discoverInside([dir ?? ''])).toMatchObject({
      limits: { quota: { cpus: 1.5, file: `${dir}/cpu.cfs_quota_us` } },
    });
  });
});
