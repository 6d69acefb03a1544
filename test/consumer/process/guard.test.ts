import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  listOverdue,
  parseGuardMessage,
  renderGuardMessage,
} from '../../../consumer/process/guard-message.ts';
import { monotonicMs } from '../../../core/monotonic-clock.ts';
import { type Guard, startGuard } from '../../../consumer/process/start-guard.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { startOact } from '../../support/run-oact.ts';
import { isAlive, programPath } from '../programs.ts';
import { makeTestCampaign } from '../start-consumer.ts';

describe('what a guard is told', () => {
  it.each([
    ['watch 4711 1700000000000', { kind: 'watch', sessionId: 4711, untilMs: 1_700_000_000_000 }],
    ['release 4711', { kind: 'release', sessionId: 4711 }],
    // 0 and 1 would be every process of ours, and of everybody.
    ['watch 1 1700000000000', undefined],
    ['release 0', undefined],
    ['watch -5 1700000000000', undefined],
    ['watch 4711', undefined],
    ['', undefined],
  ])('%s', (line, message) => {
    expect(parseGuardMessage(line)).toEqual(message);
  });

  it('is read as it was written', () => {
    const message = { kind: 'watch', sessionId: 12, untilMs: 5000 } as const;
    expect(parseGuardMessage(renderGuardMessage(message).trimEnd())).toEqual(message);
  });

  it('makes a session overdue when its time has come', () => {
    const sessions = new Map([
      [10, 999],
      [11, 1000],
      [12, 1001],
    ]);
    expect(listOverdue(sessions, 1000)).toEqual([10, 11]);
  });
});

describe.skipIf(process.platform !== 'linux')('a guard', () => {
  const log: Record<string, unknown>[] = [];
  const start = (): Guard => {
    log.length = 0;
    const guard = startGuard(
      pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    );
    onTestFinished(() => guard.stop());
    return guard;
  };

  it('stops a session whose time is over, with the rank that left its group', async () => {
    const guard = start();
    const { sessionId, ids } = await startSession('orca-ranks');
    guard.watch(sessionId, monotonicMs() + 500);
    await expect.poll(() => ids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  it('lets go of one that was released, and follows a deadline that moves', async () => {
    const guard = start();
    const [released, renewed, due] = await Promise.all([
      startSession('orca-ranks'),
      startSession('orca-ranks'),
      startSession('orca-ranks'),
    ]);
    for (const { sessionId } of [released, renewed, due]) guard.watch(sessionId, monotonicMs() + 1000);
    guard.release(released.sessionId);
    guard.watch(renewed.sessionId, monotonicMs() + 60_000);
    await expect.poll(() => due.ids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    expect([...released.ids, ...renewed.ids].filter(isAlive)).toHaveLength(4);
  });

  it('that was killed is replaced by one that knows all it knew', async () => {
    const guard = start();
    const { sessionId, ids } = await startSession('orca-ranks');
    guard.watch(sessionId, monotonicMs() + 4000);
    for (const pid of childrenOf(process.pid, 'guard.js')) process.kill(pid, 'SIGKILL');
    await expect.poll(() => ids.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    expect(log.map(({ msg }) => msg)).toContain('the guard ended; starting another one');
  });
});

describe.skipIf(process.platform !== 'linux')('the ORCA of a consumer', () => {
  const redis = useRedis();

  async function startRun(program: string, lockSeconds: number) {
    const campaign = makeTestCampaign(redis.address);
    writeFileSync(join(campaign.dir, 'oact.yaml'), `campaign: '${campaign.id}'\n`);
    await campaign.add();
    const slots = ['--slots', '1', '--cores-per-slot', '1'];
    const locks = ['--lock-seconds', String(lockSeconds), '--renew-seconds', '1'];
    const { child, ended, ...run } = startOact(['consume', '-C', campaign.dir, ...slots, ...locks], {
      env: { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: programPath(program) },
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { consumer: child.pid ?? 0, ids: await campaign.idsOfRun(), campaign, output: () => run.output() };
  }

  it('that is killed ends soon, even one that ignores TERM', async () => {
    const { consumer, ids } = await startRun('orca-stubborn', 900);
    const guards = childrenOf(consumer, 'guard.js');
    expect(guards).toHaveLength(1);
    process.kill(consumer, 'SIGKILL');
    await expect.poll(() => [...ids, ...guards].filter(isAlive), { timeout: 15_000 }).toEqual([]);
  }, 40_000);

  it('that is paused ends before the lock does', async () => {
    const lockSeconds = 6;
    const { consumer, ids, campaign, output } = await startRun('orca-stubborn', lockSeconds);
    const pausedAtMs = Date.now();
    process.kill(consumer, 'SIGSTOP');
    await expect
      .poll(() => ids.filter(isAlive), { timeout: lockSeconds * 1000 + 5000, interval: 20 })
      .toEqual([]);
    expect(Date.now() - pausedAtMs).toBeLessThan(lockSeconds * 1000);
    await expect.poll(() => Date.now() - pausedAtMs).toBeGreaterThan(lockSeconds * 1000);
    process.kill(consumer, 'SIGCONT');
    await expect
      .poll(() => output().stderr, { timeout: 15_000 })
      .toContain('this consumer was paused and its ORCA stopped meanwhile');
    expect(existsSync(join(campaign.jobDir(), 'attempt-1', 'result.json'))).toBe(false);
  }, 40_000);
});

/** A program in a session of its own, as a consumer starts it. */
async function startSession(program: string): Promise<{ sessionId: number; ids: number[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'oact-session-'));
  const child = spawn(programPath(program), { cwd: dir, detached: true, stdio: 'ignore' });
  const sessionId = child.pid ?? 0;
  const readIds = (): number[] => readFileSync(join(dir, 'ids'), 'utf8').trim().split(' ').map(Number);
  await expect
    .poll(
      () => {
        try {
          return readIds().length;
        } catch {
          return 0;
        }
      },
      { timeout: 10_000 },
    )
    .toBe(2);
  const ids = readIds();
  onTestFinished(() => {
    for (const pid of ids.filter(isAlive)) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });
  return { sessionId, ids };
}

/** Children of a process whose command line holds `word`. */
function childrenOf(pid: number, word: string): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((child) => child !== '' && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(word))
    .map(Number);
}
