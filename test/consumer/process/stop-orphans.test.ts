import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readOwnIdentity } from '../../../consumer/process/look-at-process.ts';
import { makeRunScratch } from '../../../consumer/files/run-scratch.ts';
import { renderHomeName } from '../../../consumer/files/scratch-home.ts';
import { stopOrphans } from '../../../consumer/process/stop-orphans.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, type RunningOact, startOact } from '../../support/run-oact.ts';
import { isAlive, programPath } from '../programs.ts';
import { makeTestCampaign, type TestCampaign } from '../start-consumer.ts';

const baseName = `oact-${process.getuid?.() ?? 0}`;
const own = renderHomeName(readOwnIdentity());
const log: Record<string, unknown>[] = [];
const logger = pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) });

let scratch: CampaignDir;
beforeEach(() => {
  log.length = 0;
  scratch = makeCampaignDir();
  vi.stubEnv('TMPDIR', scratch.dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  scratch.remove();
});

const baseDir = (): string => join(scratch.dir, baseName);
/** What lies there but what is remembered of mpirun. */
const listHomes = (): string[] => readdirSync(baseDir()).filter((name) => !name.startsWith('mpirun-'));

/** A home whose consumer is gone: the process id is ours, the start time nobody's. */
function makeDeadHome(start = 'dead'): string {
  const home = renderHomeName({ ...readOwnIdentity(), start });
  mkdirSync(join(baseDir(), home, 'c1-a1-1-abcdef12'), { recursive: true });
  return home;
}

/** Starts a program in a session of its own with that TMPDIR, and waits for the ids that it writes. */
async function startRun(program: string, tmpDir: string): Promise<number[]> {
  const runDir = join(scratch.dir, `run-${tmpDir.replaceAll('/', '_')}`);
  mkdirSync(runDir);
  const env = { ...process.env, TMPDIR: tmpDir };
  const child = spawn(program.startsWith('/') ? program : programPath(program), [], {
    cwd: runDir,
    env,
    detached: true,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ids = await vi.waitFor(
    () => {
      const found = readFileSync(join(runDir, 'ids'), 'utf8').trim().split(' ').map(Number);
      expect(found).toHaveLength(2);
      return found;
    },
    { timeout: 30_000, interval: 20 },
  );
  onTestFinished(() => killAll(ids));
  return ids;
}

function killAll(ids: readonly number[]): void {
  for (const pid of ids.filter(isAlive)) process.kill(pid, 'SIGKILL');
}

describe.skipIf(process.platform !== 'linux')('what a dead consumer left behind', () => {
  it('is stopped and removed; what lives or is elsewhere is not touched', async () => {
    const dead = makeDeadHome();
    const [stubborn, orphaned] = await Promise.all([
      startRun('orca-stubborn', join(baseDir(), dead, 'c1-a1-1-abcdef12')),
      startRun('orca-orphan', join(baseDir(), dead, 'c2-a1-1-abcdef12')),
    ]);
    const elsewhere = renderHomeName({ ...readOwnIdentity(), start: 'dead', place: 'ffffff' });
    const others = await Promise.all(
      [
        // A living consumer's: this process.
        await makeRunScratch('c3-a1-1-abcdef12'),
        // Another host's or container's; and one that is nobody's mark.
        join(baseDir(), elsewhere, 'c4-a1-1-abcdef12'),
        join(baseDir(), 'else', 'c5-a1-1-abcdef12'),
      ].map((tmpDir) => {
        mkdirSync(tmpDir, { recursive: true });
        return startRun('orca-ranks', tmpDir);
      }),
    );
    await stopOrphans(logger);
    expect([...stubborn, ...orphaned].filter(isAlive)).toEqual([]);
    expect(others.flat().filter(isAlive)).toEqual(others.flat());
    expect(listHomes().toSorted()).toEqual([own, elsewhere, 'else'].toSorted());
    // The shell of orca-orphan had ended before.
    expect(log).toMatchObject([
      {
        level: 40,
        processes: 3,
        runs: 2,
        homes: 1,
        msg: 'what killed consumers had left running was stopped',
      },
    ]);
  }, 90_000);

  it('may be looked for by several consumers at once', async () => {
    const homes = ['dead1', 'dead2', 'dead3'].map((start) => makeDeadHome(start));
    const runs = await Promise.all(
      homes.map((home) => startRun('orca-stubborn', join(baseDir(), home, 'c1-a1-1-abcdef12'))),
    );
    await Promise.all([stopOrphans(logger), stopOrphans(logger), stopOrphans(logger)]);
    expect(runs.flat().filter(isAlive)).toEqual([]);
    expect(listHomes()).toEqual([]);
    expect(log.map(({ level }) => level)).toEqual([40, 40, 40]);
  }, 90_000);

  it('is left alone where somebody works in it from a session of their own', async () => {
    const dead = makeDeadHome();
    const script = join(scratch.dir, 'shell');
    writeFileSync(
      script,
      `#!/bin/sh\nTMPDIR=${join(baseDir(), dead, 'c1-a1-1-abcdef12')} sleep 600 &\necho "$$ $!" >ids\nwait\n`,
    );
    chmodSync(script, 0o755);
    const ids = await startRun(script, '/tmp');
    // It has its TMPDIR as soon as it is no longer a copy of the shell.
    await expect.poll(() => readFileSync(`/proc/${ids[1]}/comm`, 'utf8')).toBe('sleep\n');
    await stopOrphans(logger);
    expect(ids.filter(isAlive)).toEqual(ids);
    expect(listHomes()).toEqual([dead]);
    expect(log).toMatchObject([{ level: 40, pids: [ids[1]] }]);
  });
});

describe.skipIf(process.platform !== 'linux')('a consumer that starts', () => {
  const redis = useRedis();

  function startConsume(campaign: TestCampaign, program: string, more: string[] = []): RunningOact {
    writeFileSync(join(campaign.dir, 'oact.yaml'), `campaign: '${campaign.id}'\n`);
    const args = ['consume', '-C', campaign.dir, '--slots', '1', '--cores-per-slot', '1', ...more];
    const running = startOact(args, {
      env: {
        OACT_REDIS_URL: fullRedisUrl(redis.address),
        OACT_ORCA_PATH: programPath(program),
        TMPDIR: scratch.dir,
      },
    });
    onTestFinished(async () => {
      running.child.kill('SIGKILL');
      await running.ended;
    });
    return running;
  }

  it('stops the runs of one that was killed with its guard, and leaves those of one that lives', async () => {
    const killed = makeTestCampaign(redis.address);
    const living = makeTestCampaign(redis.address);
    const next = makeTestCampaign(redis.address);
    await Promise.all([killed.add(), living.add()]);
    const first = startConsume(killed, 'orca-stubborn');
    const second = startConsume(living, 'orca-ranks');
    const [orphans, alive] = await vi.waitFor(() => Promise.all([killed.idsOfRun(), living.idsOfRun()]), {
      timeout: 60_000,
    });
    onTestFinished(() => killAll([...orphans, ...alive]));
    expect(listHomes()).toHaveLength(2);
    // As a node's out-of-memory killer may do; with its guard alive nothing would be left.
    const guards = readdirSync('/proc')
      .map(Number)
      .filter((pid) => isChildOf(pid, first.child.pid ?? 0));
    for (const pid of [...guards.filter((id) => !orphans.includes(id)), first.child.pid ?? 0])
      process.kill(pid, 'SIGKILL');
    await first.ended;
    expect(orphans.filter(isAlive)).toEqual(orphans);

    const third = startConsume(next, 'orca-good', ['--idle-timeout', '1s']);
    const { code, stderr } = await third.ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(orphans.filter(isAlive)).toEqual([]);
    expect(alive.filter(isAlive)).toEqual(alive);
    const lines = stderr.split('\n').filter((line) => line.includes('had left running was stopped'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/"?runs"?[:=] ?1\b/);
    // The dead one's is gone, and its own; the living one's is there.
    expect(listHomes()).toEqual([expect.stringMatching(new RegExp(`^${second.child.pid}-`))]);

    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(75);
    expect(listHomes()).toEqual([]);
  }, 180_000);

  it('does so as `oact run`, too', async () => {
    const home = makeDeadHome();
    const ids = await startRun('orca-ranks', join(baseDir(), home, 'c1-a1-1-abcdef12'));
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    const dir = join(campaign.dir, 'c');
    const env = {
      OACT_REDIS_URL: fullRedisUrl(redis.address),
      OACT_ORCA_PATH: programPath('orca-good'),
      TMPDIR: scratch.dir,
    };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
    await oactSucceeds(['run', '-C', dir, '--ids', '1', '--slots', '1', '--cores-per-slot', '1'], { env });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(listHomes()).toEqual([]);
  }, 180_000);
});

function isChildOf(pid: number, parent: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
  } catch {
    return false;
  }
}
