import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listSession } from '../../../consumer/process/list-session.ts';
import { startLauncher } from '../../../consumer/process/start-launcher.ts';
import { type RunEnding, runOrca } from '../../../consumer/run/run-orca.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { isAlive, programPath } from '../programs.ts';

const launcher = startLauncher(pino({ enabled: false }));
afterAll(() => launcher.stop());

interface Run {
  dir: string;
  /** Its leader's process id. */
  session(): number;
  ending: Promise<RunEnding>;
  stop: AbortController;
  force: AbortController;
  /** Process ids that the program wrote to `ids`, as soon as they are there. */
  ids(): Promise<number[]>;
}

function start(
  command: [string, ...string[]],
  options: { timeLimitSeconds?: number; patience?: { killGraceMs: number; lingerMs: number } } = {},
): Run {
  const campaign = makeCampaignDir();
  const stop = new AbortController();
  const force = new AbortController();
  let session: number | undefined;
  onTestFinished(() => {
    if (session !== undefined) for (const pid of listSession(session)) process.kill(pid, 'SIGKILL');
    campaign.remove();
  });
  const ending = runOrca({
    command,
    runDir: campaign.dir,
    launcher,
    env: { PATH: process.env['PATH'] ?? '', GREETING: 'hello' },
    timeLimitSeconds: 60,
    ...options,
    stop: stop.signal,
    force: force.signal,
    onStart: (pid) => (session = pid),
  });
  const ids = (): Promise<number[]> =>
    vi.waitFor(
      () => {
        const pids = readFileSync(join(campaign.dir, 'ids'), 'utf8').trim().split(' ').map(Number);
        expect(pids).toHaveLength(2);
        return pids;
      },
      { timeout: 5000, interval: 10 },
    );
  return { dir: campaign.dir, session: () => session ?? 0, ending, stop, force, ids };
}

const shell = (script: string): [string, ...string[]] => ['sh', '-c', script];
const read = (run: Run, name: string): string => readFileSync(join(run.dir, name), 'utf8');

/** Files below a directory that this process has open. */
function openFilesBelow(dir: string): string[] {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(dir));
}

describe('runOrca', () => {
  it('runs in its directory with its environment, output and errors to files, input from /dev/null', async () => {
    const run = start(shell('pwd; echo "$GREETING"; readlink /proc/$$/fd/0; echo oops >&2; exit 7'));
    expect(await run.ending).toEqual({ kind: 'exited', exitCode: 7, signal: null });
    expect(read(run, 'orca.out')).toBe(`${run.dir}\nhello\n/dev/null\n`);
    expect(read(run, 'orca.err')).toBe('oops\n');
  });

  it('hands over the environment it was given and nothing else', async () => {
    const run = start(['env']);
    await run.ending;
    const names = read(run, 'orca.out')
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual(['GREETING', 'PATH']);
  });

  it('starts a session of its own', async () => {
    const run = start(shell('cut -d" " -f6 /proc/$$/stat; echo $$'));
    await run.ending;
    const [session, pid] = read(run, 'orca.out').trim().split('\n');
    expect(session).toBe(pid);
  });

  it('writes straight to the file, so that it can be read while the program runs', async () => {
    const run = start(shell('echo first; readlink /proc/$$/fd/1; sleep 600'));
    await vi.waitFor(() => expect(read(run, 'orca.out')).toBe(`first\n${join(run.dir, 'orca.out')}\n`));
    run.stop.abort('drain');
    await run.ending;
  });

  it('tells the signal that ended the program', async () => {
    const run = start(shell('kill -SEGV $$'));
    expect(await run.ending).toEqual({ kind: 'exited', exitCode: null, signal: 'SIGSEGV' });
  });

  it('stops the whole session, a rank that left the process group included', async () => {
    const run = start([programPath('orca-ranks')]);
    const pids = await run.ids();
    const groups = pids.map((pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[4]);
    expect(new Set(groups).size).toBe(2);
    run.stop.abort('drain');
    expect(await run.ending).toEqual({ kind: 'interrupted' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('kills at once what ignores TERM when it is forced', async () => {
    const run = start([programPath('orca-stubborn')]);
    const pids = await run.ids();
    run.stop.abort('drain');
    run.force.abort();
    expect(await run.ending).toEqual({ kind: 'interrupted' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('kills after the grace, and not before, what ignores TERM', async () => {
    const run = start([programPath('orca-stubborn')], { patience: { killGraceMs: 500, lingerMs: 0 } });
    const pids = await run.ids();
    const stoppedAtMs = Date.now();
    run.stop.abort('drain');
    expect(await run.ending).toEqual({ kind: 'interrupted' });
    expect(Date.now() - stoppedAtMs).toBeGreaterThanOrEqual(500);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('tells a process, too, that was born in the moment of TERM, and not only with KILL', async () => {
    // Its trap starts one more process, as mpirun does when it is stopped between two modules.
    const run = start(
      shell('trap "set -m; sleep 600 & exit" TERM; echo $$ $$ >ids; while :; do sleep 0.05; done'),
    );
    await run.ids();
    const stoppedAtMs = Date.now();
    run.stop.abort('drain');
    expect(await run.ending).toEqual({ kind: 'interrupted' });
    expect(listSession(run.session())).toEqual([]);
    expect(Date.now() - stoppedAtMs).toBeLessThan(8000);
  });

  it('does not judge before the last process of the session has gone', async () => {
    const run = start(shell('(sleep 0.4; echo late) & echo early'));
    expect(await run.ending).toEqual({ kind: 'exited', exitCode: 0, signal: null });
    expect(read(run, 'orca.out')).toBe('early\nlate\n');
  });

  it('stops a rank that outlives ORCA for good', async () => {
    const run = start([programPath('orca-orphan')], { patience: { killGraceMs: 5000, lingerMs: 200 } });
    const pids = await run.ids();
    expect(await run.ending).toEqual({ kind: 'exited', exitCode: 3, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('enforces the time limit', async () => {
    const run = start([programPath('orca-ranks')], { timeLimitSeconds: 0.3 });
    const pids = await run.ids();
    expect(await run.ending).toEqual({ kind: 'timed_out' });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('sees an ORCA that ended in time, although this process was paused beyond the time limit', async () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    const ending = await runOrca({
      command: ['sleep', '0.1'],
      runDir: campaign.dir,
      launcher,
      env: { PATH: process.env['PATH'] ?? '' },
      timeLimitSeconds: 0.3,
      stop: new AbortController().signal,
      force: new AbortController().signal,
      // As SIGSTOP does: no timer and no signal is handled for a while, then all at once.
      onStart: () =>
        void setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)),
    });
    expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 });
  });

  it('does not go on with a run that was stopped before it began', async () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    const ending = await runOrca({
      command: ['sleep', '600'],
      runDir: campaign.dir,
      launcher,
      env: { PATH: process.env['PATH'] ?? '' },
      timeLimitSeconds: 60,
      stop: AbortSignal.abort('drain'),
      force: AbortSignal.abort(),
    });
    expect(ending).toEqual({ kind: 'interrupted' });
  });

  it('says that a program is missing', async () => {
    const run = start(['/nowhere/orca', 'orca.inp']);
    await expect(run.ending).rejects.toMatchObject({
      code: 'ORCA_NOT_FOUND',
      message: expect.stringContaining('/nowhere/orca'),
    });
  });

  it('says that the directory is missing', async () => {
    const never = new AbortController().signal;
    const ending = runOrca({
      command: ['true'],
      runDir: '/nowhere/at/all',
      launcher,
      env: {},
      timeLimitSeconds: 1,
      stop: never,
      force: never,
    });
    await expect(ending).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves no descriptor open', async () => {
    const run = start(['true']);
    await run.ending;
    await vi.waitFor(() => expect(openFilesBelow(run.dir)).toEqual([]));
  });

  it('leaves no descriptor open when only one of its two files can be opened', async () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    mkdirSync(join(campaign.dir, 'orca.err'));
    const { signal } = new AbortController();
    const ending = runOrca({
      command: ['true'],
      runDir: campaign.dir,
      launcher,
      env: {},
      timeLimitSeconds: 1,
      stop: signal,
      force: signal,
    });
    await expect(ending).rejects.toMatchObject({ code: 'EISDIR' });
    // The stream to orca.out was opened, and closing takes a turn of the event loop.
    await vi.waitFor(() => expect(openFilesBelow(campaign.dir)).toEqual([]), { timeout: 2000 });
  });
});

describe('listSession', () => {
  it('finds the members of a session and no zombie', async () => {
    const run = start([programPath('orca-ranks')]);
    const pids = await run.ids();
    const [leader = 0] = pids;
    expect(listSession(leader).toSorted((a, b) => a - b)).toEqual(pids.toSorted((a, b) => a - b));
    run.stop.abort('drain');
    await run.ending;
    expect(listSession(leader)).toEqual([]);
  });

  it('is not misled by a program with spaces and parentheses in its name', async () => {
    const run = start(shell('cp /bin/sleep "./a) (b 1 2"; exec "./a) (b 1 2" 600'));
    await vi.waitFor(() => expect(readFileSync(`/proc/${run.session()}/comm`, 'utf8')).toBe('a) (b 1 2\n'));
    expect(listSession(run.session())).toEqual([run.session()]);
    run.stop.abort('drain');
    await run.ending;
    expect(listSession(run.session())).toEqual([]);
  });
});
