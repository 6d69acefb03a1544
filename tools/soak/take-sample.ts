import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { parseRedisInfo } from '../../core/redis/check-redis.ts';
import { countSettled } from '../chaos/judging/read-table.ts';
import { listOwnProcesses, type OwnProcess } from '../chaos/list-processes.ts';
import type { Sample } from './judge-growth.ts';

/** Memory in MB and open files of every long-lived process, what Redis holds, and log per finished job, in bytes. */
export async function takeSample(
  at: number,
  world: { dir: string; databasePath: string; redis: Redis },
  last: { settled: number; logBytes: number },
): Promise<{ sample: Sample; last: { settled: number; logBytes: number } }> {
  const figures: Record<string, number> = {};
  for (const found of listOwnProcesses(world.dir)) {
    if (found.jobId !== undefined) continue;
    const name = nameOf(found);
    const memory = readMemoryMb(found.pid);
    const files = countFiles(found.pid);
    if (memory === undefined || files === undefined) continue;
    figures[`memory of ${name}, MB`] = (figures[`memory of ${name}, MB`] ?? 0) + memory;
    figures[`open files of ${name}`] = (figures[`open files of ${name}`] ?? 0) + files;
  }
  const info = parseRedisInfo(await world.redis.info());
  figures['memory of Redis, MB'] = info.usedMemoryBytes / 2 ** 20;
  figures['clients of Redis'] = info.connectedClients;
  figures['keys in Redis'] = await world.redis.dbsize();
  figures['entries of scratch'] = countEntries(join(world.dir, 'tmp'));
  const settled = countSettled(world.databasePath);
  const logBytes = sizeOfLogs(join(world.dir, 'logs'));
  if (settled > last.settled)
    figures['log per job, bytes'] = (logBytes - last.logBytes) / (settled - last.settled);
  return { sample: { at, figures }, last: { settled, logBytes } };
}

/** `n1`, `n1 (child)`: a guard or a launcher. */
function nameOf({ node, parentPid, program }: OwnProcess): string {
  const isChild = parentPid !== process.pid;
  return isChild ? `${node ?? '?'}'s ${program}` : (node ?? '?');
}

function readMemoryMb(pid: number): number | undefined {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

function countFiles(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

function countEntries(dir: string): number {
  return readdirSync(dir, { recursive: true }).length;
}

function sizeOfLogs(dir: string): number {
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}
