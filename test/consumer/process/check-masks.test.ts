import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkMasks, createMaskCheck } from '../../../consumer/process/check-masks.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { strayCpus } from '../../../consumer/cores/parse-cpu-list.ts';

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

const aLog = () => {
  const lines: Record<string, unknown>[] = [];
  return {
    lines,
    log: pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  };
};

/** Needs a CPU inside the slot and one outside it. */
describe.skipIf(cpus.length < 2 || taskset === '')('checkMasks', () => {
  const [inside = 0, outside = 0] = cpus;
  const never = new AbortController().signal;
  const slot = { slot: 3, cores: [inside] };

  it('reports a process that may run outside its slot, with both masks and the cure', async () => {
    const pid = aSessionOn(outside);
    const { log, lines } = aLog();
    expect(await checkMasks(pid, slot, log, never)).toEqual({
      kind: 'outside',
      why: expect.stringContaining(`one may run on ${outside}, slot 3 is ${inside}. Turn off the binding`),
    });
    expect(lines).toEqual([
      expect.objectContaining({ level: 50, slot: 3, pid, mask: String(outside), slotCores: String(inside) }),
    ]);
  });

  it('says nothing of a process in its slot, and stops looking when the run ends', async () => {
    const { log, lines } = aLog();
    // One process alone is no rank yet: the next run is looked at, too.
    expect(await checkMasks(aSessionOn(inside), slot, log, AbortSignal.timeout(1500))).toEqual({
      kind: 'unseen',
    });
    expect(lines).toEqual([]);
  });

  it('looks at one run after the other until one has shown where ranks run', async () => {
    const { log } = aLog();
    const heard: string[] = [];
    const check = createMaskCheck((why) => void heard.push(why));
    const short = new AbortController();
    check(aSessionOn(outside), slot, log, short.signal);
    // Meanwhile no other one is looked at.
    check(aSessionOn(outside), slot, log, never);
    short.abort();
    await expect
      .poll(
        () => {
          check(aSessionOn(outside), slot, log, never);
          return heard.length;
        },
        { timeout: 10_000, interval: 500 },
      )
      .toBe(1);
  });
});
