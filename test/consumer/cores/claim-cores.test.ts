import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { claimCores, listTakenCores } from '../../../consumer/cores/claim-cores.ts';
import { leaveScratch, scratchBaseOf } from '../../../consumer/files/run-scratch.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { startOact } from '../../support/run-oact.ts';
import { programPath } from '../programs.ts';

const lines: Record<string, unknown>[] = [];
const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
let tmp: string;
beforeEach(() => {
  lines.length = 0;
  const dir = makeCampaignDir();
  tmp = dir.dir;
  vi.stubEnv('TMPDIR', tmp);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    dir.remove();
  });
});

/** A consumer of its own process that waits for a Redis that never comes. */
function startOther(slots: number): { pid: number; stop: () => Promise<unknown> } {
  const dir = makeCampaignDir();
  writeFileSync(join(dir.dir, 'oact.yaml'), "campaign: '0a1b2c3d'\n");
  const { child, ended } = startOact(['consume', '--slots', String(slots), '--cores-per-slot', '1'], {
    cwd: dir.dir,
    env: {
      TMPDIR: tmp,
      OACT_REDIS_URL: 'redis://127.0.0.1:1',
      OACT_ORCA_PATH: programPath('orca-good'),
    },
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
  };
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    dir.remove();
  });
  return { pid: child.pid ?? 0, stop };
}

it('is seen by the others of this node until the consumer ends; the same cores are named', async () => {
  const other = startOther(1);
  await expect.poll(listTakenCores, { timeout: 20_000 }).toHaveLength(1);
  const [taken] = await listTakenCores();
  expect(taken).toEqual({ pid: other.pid, cores: [expect.any(Number)] });
  const cores = taken?.cores ?? [];
  const claim = await claimCores([{ slot: 0, cores }], log, false, 50);
  expect(claim.why()).toBe(`shares cores with another consumer: cores ${cores[0]} (process ${other.pid})`);
  expect(lines).toMatchObject([{ level: 40, otherPid: other.pid, cores: String(cores[0]) }]);
  lines.length = 0;
  for (const [ours, share] of [
    [[9999], false],
    [cores, true],
  ] as const)
    expect((await claimCores([{ slot: 0, cores: [...ours] }], log, share)).why()).toBeNull();
  expect(lines).toEqual([]);
  await other.stop();
  await expect.poll(claim.why, { timeout: 5000 }).toBeNull();
  await claim.giveBack();
  await leaveScratch();
  expect(await listTakenCores()).toEqual([]);
  await leaveScratch();
  expect(existsSync(scratchBaseOf(tmp))).toBe(true);
  expect(readdirSync(scratchBaseOf(tmp))).toEqual([]);
});

it('does not count when its consumer was killed', async () => {
  const other = startOther(1);
  await expect.poll(listTakenCores, { timeout: 20_000 }).toHaveLength(1);
  process.kill(other.pid, 'SIGKILL');
  await expect.poll(listTakenCores, { timeout: 5000 }).toEqual([]);
  expect(readdirSync(join(scratchBaseOf(tmp)))).toHaveLength(1);
});
