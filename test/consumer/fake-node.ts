import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Core } from '../../consumer/cores/discover-cores.ts';
import { formatCpuList, parseCpuList } from '../../consumer/cores/parse-cpu-list.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

/** The files under /proc and /sys that tell about cores, with the texts that a kernel writes. */
export interface FakeNode {
  allowed: string;
  /** Node number → its CPUs; none: a kernel without NUMA. */
  numa?: Record<number, string>;
  /** CPU → the CPUs that share its L3; none: no such file, as in many virtual machines. */
  l3?: (cpu: number) => string;
  /** CPU → the hardware threads of its core; none: no such file. */
  siblings?: (cpu: number) => string;
  cpus: number;
  /** CPUs that are switched off: the kernel takes their topology away. */
  offline?: string;
  /** GB of memory; none: no such file. */
  memoryGb?: number;
  /** Texts of other files by path: cgroups and their limits. */
  files?: Record<string, string>;
}

/** Writes the files below a directory that is gone after the test. @returns the directory */
export function writeFakeNode(node: FakeNode): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const write = (path: string, text: string): void => {
    const file = join(campaign.dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  };
  write(
    'proc/self/status',
    `Name:\tnode\nUmask:\t0022\nCpus_allowed:\tffff\nCpus_allowed_list:\t${node.allowed}\nMems_allowed_list:\t0-3`,
  );
  const numaNodes = Object.entries(node.numa ?? {});
  if (numaNodes.length > 0) write('sys/devices/system/node/online', `0-${numaNodes.length - 1}`);
  for (const [number, cpulist] of numaNodes) write(`sys/devices/system/node/node${number}/cpulist`, cpulist);
  const offline = parseCpuList(node.offline ?? '');
  const online = Array.from({ length: node.cpus }, (_, cpu) => cpu).filter((cpu) => !offline.includes(cpu));
  write('sys/devices/system/cpu/present', `0-${node.cpus - 1}`);
  write('sys/devices/system/cpu/online', formatCpuList(online));
  if (node.memoryGb !== undefined)
    write('proc/meminfo', `MemTotal:       ${node.memoryGb * 1024 ** 2} kB\nMemFree:         1000000 kB`);
  for (const [path, text] of Object.entries(node.files ?? {})) write(path, text);
  for (const cpu of online) {
    const dir = `sys/devices/system/cpu/cpu${cpu}`;
    if (node.l3) write(`${dir}/cache/index3/shared_cpu_list`, node.l3(cpu));
    if (node.siblings) write(`${dir}/topology/thread_siblings_list`, node.siblings(cpu));
  }
  return campaign.dir;
}

/** `count` cores, numbered from 0, with an L3 for every `perL3` of them and a NUMA node for every `perNode`. */
export function someCores(count: number, perL3: number, perNode: number): Core[] {
  return Array.from({ length: count }, (_, cpu) => ({
    cpu,
    threads: [cpu],
    l3: cpu - (cpu % perL3),
    numaNode: Math.floor(cpu / perNode),
  }));
}
