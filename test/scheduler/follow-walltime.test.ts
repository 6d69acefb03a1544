import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { followWalltime, pollSeconds } from '../../scheduler/follow-walltime.ts';
import { createWalltime, type Walltime } from '../../scheduler/walltime.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';

it.each([
  ['a day', 86_400, 600],
  ['two hours', 7200, 360],
  ['ten minutes', 600, 60],
  ['nothing', 0, 60],
  ['no end', Infinity, 600],
])('with %s left the scheduler is asked again soon enough, and not too often', (_, left, seconds) => {
  expect(pollSeconds(left)).toBe(seconds);
});

const secondsLeft = (walltime: Walltime): number =>
  Math.round(((walltime.endsAt()?.getTime() ?? 0) - Date.now()) / 1000);

describe('followWalltime', () => {
  let home: CampaignDir;
  let lines: string[];
  const answer = (left: string): void => writeFileSync(join(home.dir, 'answer'), left);

  beforeEach(() => {
    home = makeCampaignDir();
    lines = [];
    // The scheduler's own program is there in the tests of scheduler/; here it says what we like.
    mkdirSync(join(home.dir, 'bin'));
    const squeue = join(home.dir, 'bin', 'squeue');
    writeFileSync(squeue, `#!/bin/sh\ncat "${join(home.dir, 'answer')}"\n`);
    chmodSync(squeue, 0o755);
    vi.stubEnv('PATH', `${join(home.dir, 'bin')}:/usr/bin:/bin`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    home.remove();
  });

  const follow = async (endsAt: Date | null): Promise<Walltime> => {
    const ended = new AbortController();
    onTestFinished(() => ended.abort());
    const walltime = createWalltime(endsAt);
    const allocation = {
      scheduler: 'slurm' as const,
      allocationId: '7',
      node: 'n1',
      endsAt,
      restartCount: 0,
      nodeCount: 1,
    };
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    await followWalltime(walltime, allocation, {
      log,
      ended: ended.signal,
      pollSeconds: 0.05,
      secondLookSeconds: 0.05,
    });
    return walltime;
  };
  it('knows the end after the first answer, and each move of it', async () => {
    answer('7|10:00');
    const walltime = await follow(null);
    expect(secondsLeft(walltime)).toBe(600);
    expect(lines).toEqual([]);
    const moved = vi.fn<() => void>();
    walltime.onMove(moved);
    answer('7|2:00');
    await vi.waitFor(() => expect(secondsLeft(walltime)).toBe(120), { timeout: 5000 });
    expect(moved).toHaveBeenCalledOnce();
    expect(lines.join('')).toContain('the end of the allocation was moved');
  });

  it('does not wait for the scheduler when the environment tells the end, and hears of a move all the same', async () => {
    const blocked = join(home.dir, 'blocked');
    writeFileSync(blocked, '');
    writeFileSync(
      join(home.dir, 'bin', 'squeue'),
      `#!/bin/sh\nwhile [ -e "${blocked}" ]; do sleep 0.05; done\necho '7|2:00'\n`,
    );
    const walltime = await follow(new Date(Date.now() + 600_000));
    expect(secondsLeft(walltime)).toBe(600);
    rmSync(blocked);
    await vi.waitFor(() => expect(secondsLeft(walltime)).toBe(120), { timeout: 10_000 });
  });

  it.each([
    ['past', -36_000],
    ['nearer than the warning of the scripts', 200],
  ])('an end that is %s is checked with the scheduler, and that is said', async (_, seconds) => {
    answer('7|14:00:00');
    const walltime = await follow(new Date(Date.now() + seconds * 1000));
    expect(secondsLeft(walltime)).toBe(50_400);
    expect(lines.join('')).toContain('the environment gives an end that is past or very near');
  });

  it('a near end is kept when the scheduler is silent, a past one is not', async () => {
    answer('no controller');
    expect(secondsLeft(await follow(new Date(Date.now() + 200_000)))).toBe(200);
    expect((await follow(new Date(Date.now() - 1000))).endsAt()).toBeNull();
  });

  it('a scheduler that says that nothing is left is asked twice', async () => {
    const first = join(home.dir, 'first');
    writeFileSync(
      join(home.dir, 'bin', 'squeue'),
      `#!/bin/sh\nif mkdir "${first}" 2>/dev/null; then echo '7|0:00'; else echo '7|9:00'; fi\n`,
    );
    expect(secondsLeft(await follow(null))).toBe(540);
    expect(lines.join('')).toContain('the walltime is over while this consumer runs: asking again');
  });

  it('keeps variables of a profile from the scheduler', async () => {
    for (const name of ['SLURM_TIME_FORMAT', 'SQUEUE_STATES', 'SQUEUE_FORMAT', 'FLUX_JOBS_FORMAT_DEFAULT'])
      vi.stubEnv(name, 'x');
    vi.stubEnv('SLURM_CONF', '/etc/slurm.conf');
    vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
    const seen = join(home.dir, 'seen');
    writeFileSync(join(home.dir, 'bin', 'squeue'), `#!/bin/sh\nenv >"${seen}"; echo '7|9:00'\n`);
    await follow(null);
    const names = readFileSync(seen, 'utf8');
    expect(names).toContain('SLURM_CONF=/etc/slurm.conf\n');
    expect(names).toContain('LC_ALL=C\n');
    expect(names).not.toMatch(/TIME_FORMAT|SQUEUE_|FORMAT_DEFAULT/);
  });

  it('keeps what it knew when the scheduler is silent, and says so once', async () => {
    const endsAt = new Date(Date.now() + 600_000);
    answer('slurm_load_jobs error: Unable to contact slurm controller');
    const walltime = await follow(endsAt);
    await vi.waitFor(() => expect(lines.join('')).toContain('Unable to contact slurm controller'));
    answer('7|20:00');
    await vi.waitFor(() => expect(secondsLeft(walltime)).toBe(1200), { timeout: 5000 });
    expect(lines.filter((line) => line.includes('is not known, or may have moved'))).toHaveLength(1);
  });
});
