import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkMasks, strayCpus } from '../../consumer/check-masks.ts';
import { discoverCores } from '../../consumer/discover-cores.ts';
import { findOnPath } from '../../consumer/find-on-path.ts';

const cpus = discoverCores().map((core) => core.cpu);
const taskset = findOnPath('taskset', process.env['PATH'] ?? '') ?? '';

describe('strayCpus', () => {
  it.each([
    ['0-3', [0, 1, 2, 3], []],
    ['1', [0, 1, 2, 3], []],
    ['0-3', [0, 1], [2, 3]],
    ['0,48', [0], [48]],
    ['0-95', [], Array.from({ length: 96 }, (_, cpu) => cpu)],
  ])('a mask of %s in a slot of %j: %j', (mask, cores, stray) => {
    expect(strayCpus(mask, cores)).toEqual(stray);
  });
});

/** A session with one process that is held to `cpu`. */
function aSessionOn(cpu: number): number {
  const child = spawn(taskset, ['-c', String(cpu), 'sleep', '600'], { detached: true, stdio: 'ignore' });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return child.pid ?? 0;
}

/** Needs a CPU inside the slot and one outside it. */
describe.skipIf(cpus.length < 2 || taskset === '')('checkMasks', () => {
  const [inside = 0, outside = 0] = cpus;
  const check = async (pid: number, ended: AbortSignal) => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const isReported = await checkMasks(pid, { slot: 3, cores: [inside] }, log, ended);
    return { isReported, lines };
  };

  it('reports a process that may run outside its slot, with both masks', async () => {
    const pid = aSessionOn(outside);
    const { isReported, lines } = await check(pid, new AbortController().signal);
    expect(isReported).toBe(true);
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, slot: 3, pid, mask: String(outside), slotCores: String(inside) }),
    ]);
  });

  it('says nothing of a process in its slot, and stops looking when the run ends', async () => {
    const ended = AbortSignal.timeout(1500);
    expect(await check(aSessionOn(inside), ended)).toEqual({ isReported: false, lines: [] });
  });
});
