import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { executable, type FinishedRun, runStandIn, type StartedRun, startStandIn } from '../run-stand-in.ts';
import { aGradientInput } from '../sample-inputs.ts';

const isLinux = process.platform === 'linux';
const hasMpirun = spawnSync('mpirun', ['--version']).status === 0;
const parallelInput = aGradientInput({ processCount: 3 });

const reportSchema = z.object({
  rank: z.number(),
  pid: z.number(),
  pgid: z.number(),
  sid: z.number(),
  cpusAllowed: z.string(),
  leakedVariables: z.array(z.string()),
  ompNumThreads: z.string().nullable(),
  tmpdir: z.string().nullable(),
});

const reportsOf = (directory: string): z.infer<typeof reportSchema>[] =>
  readFileSync(path.join(directory, 'orca.standin-ranks.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => reportSchema.parse(JSON.parse(line)));

/** Processes of a session that are not zombies. */
function listSession(sid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(fields[3]) === sid && fields[0] !== 'Z';
      } catch {
        return false;
      }
    })
    .map(Number);
}

function parentOf(pid: number): number {
  return Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
}

/** A run that hangs in its SCF; whatever is left of its session is killed after the test. */
function startHangingRun(env: Record<string, string> = {}): StartedRun & { pid: number } {
  const run = startStandIn({
    input: parallelInput,
    env: { OACT_STANDIN_FAIL: 'hang', ...env },
  });
  const pid = run.child.pid ?? 0;
  onTestFinished(() => {
    for (const left of listSession(pid)) process.kill(left, 'SIGKILL');
  });
  return { ...run, pid };
}

const endedBy = async (finished: Promise<FinishedRun>): Promise<string | null> => (await finished).signal;
const ranksAreUp = (directory: string): Promise<void> =>
  vi.waitFor(() => expect(reportsOf(directory)).toHaveLength(3), 10_000);

describe.skipIf(!isLinux)('ranks', () => {
  test('leave the process group, keep the session, and see the mask and the environment of the run', async () => {
    const run = startStandIn({
      input: parallelInput,
      command: ['taskset', '-c', '0', executable, 'orca.inp'],
      env: {
        OMP_NUM_THREADS: '1',
        TMPDIR: '/tmp/a "b"',
        SLURM_JOB_ID: '7',
        PMIX_RANK: '0',
        OMPI_MCA_btl: 'self,vader',
      },
    });
    const pid = run.child.pid;
    const { directory, code } = await run.finished;
    const reports = reportsOf(directory);
    expect(code).toBe(0);
    expect(reports.map(({ rank }) => rank)).toEqual([0, 1, 2]);
    for (const report of reports) {
      expect(report).toMatchObject({ sid: pid, cpusAllowed: '0', ompNumThreads: '1', tmpdir: '/tmp/a "b"' });
      expect(report.pgid).not.toBe(pid);
      expect(report.leakedVariables).toEqual(['PMIX_RANK', 'SLURM_JOB_ID']);
    }
    expect(new Set(reports.map(({ pgid }) => pgid)).size).toBe(3);
    await vi.waitFor(() => expect(listSession(pid ?? 0)).toEqual([]), 5000);
  });

  test('are the program itself in a serial run', async () => {
    const run = startStandIn();
    const { directory } = await run.finished;
    expect(reportsOf(directory)).toMatchObject([
      { rank: 0, pid: run.child.pid, pgid: run.child.pid, sid: run.child.pid },
    ]);
  });

  test.skipIf(!hasMpirun)('are started by the real mpirun on request', async () => {
    const run = startStandIn({
      input: parallelInput,
      command: [executable, 'orca.inp', '--oversubscribe --bind-to none'],
      env: { OACT_STANDIN_MPI: '1', OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' },
    });
    const { code, err, directory, out } = await run.finished;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('****ORCA TERMINATED NORMALLY****');
    expect(reportsOf(directory)).toHaveLength(3);
    expect(
      reportsOf(directory).every(({ sid, pgid }) => sid === run.child.pid && pgid !== run.child.pid),
    ).toBe(true);
  });

  test('that cannot be started end the run in the footer, with exit code 0', async () => {
    const PATH = `${path.dirname(process.execPath)}:/bin`;
    const command = [executable, 'orca.inp', '--no-such-option'];
    const run = await runStandIn({ input: parallelInput, command, env: { OACT_STANDIN_MPI: '1', PATH } });
    expect(run.code).toBe(0);
    expect(run.out).toContain('ORCA finished by error termination in LEANSCF');
  });
});

describe.skipIf(!isLinux)('signals', () => {
  test('TERM on the driver: it dies without a word, its scratch stays, and so do the ranks', async () => {
    const { child, directory, finished, pid } = startHangingRun();
    await ranksAreUp(directory);
    child.kill('SIGTERM');
    expect(await endedBy(finished)).toBe('SIGTERM');
    expect(readFileSync(path.join(directory, 'orca.out'), 'utf8')).not.toContain('aborting');
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).not.toEqual([]);
    expect(listSession(pid)).toEqual(
      expect.arrayContaining(reportsOf(directory).map((report) => report.pid)),
    );
  });

  test('TERM on the group: the launcher passes it on to the ranks', async () => {
    const { directory, finished, pid } = startHangingRun();
    await ranksAreUp(directory);
    process.kill(-pid, 'SIGTERM');
    expect(await endedBy(finished)).toBe('SIGTERM');
    await vi.waitFor(() => expect(listSession(pid)).toEqual([]), 5000);
  });

  test('KILL on the group: the ranks stay behind', async () => {
    const { directory, finished, pid } = startHangingRun();
    await ranksAreUp(directory);
    process.kill(-pid, 'SIGKILL');
    expect(await endedBy(finished)).toBe('SIGKILL');
    expect(listSession(pid)).toEqual(
      expect.arrayContaining(reportsOf(directory).map((report) => report.pid)),
    );
  });

  test.each([
    ['a rank by KILL', 9, (directory: string) => process.kill(reportsOf(directory)[0]?.pid ?? 0, 'SIGKILL')],
    [
      'mpirun by TERM',
      15,
      (directory: string) => process.kill(parentOf(reportsOf(directory)[0]?.pid ?? 0), 'SIGTERM'),
    ],
  ])('%s: mpirun says so, ORCA prints its footer and ends with 0', async (_, signal, kill) => {
    const { directory, finished, pid } = startHangingRun();
    await ranksAreUp(directory);
    kill(directory);
    const { code, out, err } = await finished;
    expect(code).toBe(0);
    expect(err).toContain(`exited on signal ${signal}`);
    expect(out).toContain('ORCA finished by error termination in LEANSCF');
    await vi.waitFor(() => expect(listSession(pid)).toEqual([]), 5000);
  });

  test('a stubborn run ignores TERM', async () => {
    const { child, directory, finished, pid } = startHangingRun({ OACT_STANDIN_STUBBORN: '1' });
    await ranksAreUp(directory);
    for (const member of listSession(pid)) process.kill(member, 'SIGTERM');
    child.kill('SIGKILL');
    expect(await endedBy(finished)).toBe('SIGKILL');
    expect(listSession(pid)).toEqual(
      expect.arrayContaining(reportsOf(directory).map((report) => report.pid)),
    );
  });
});
