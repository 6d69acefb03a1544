import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type LaunchOrder,
  type LaunchReport,
  type LaunchRequest,
  parseOrder,
  parseReport,
  renderMessage,
} from '../../../consumer/process/launch-message.ts';
import { type LaunchedRun, type Launcher, startLauncher } from '../../../consumer/process/start-launcher.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { monotonicMs } from '../../../core/monotonic-clock.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { isAlive } from '../programs.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '';
const shell = (script: string): [string, ...string[]] => ['sh', '-c', script];

function makeDir(): string {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
}

function requestIn(
  dir: string,
  command: [string, ...string[]],
  changes: Partial<LaunchRequest> = {},
): LaunchRequest {
  const env = { PATH: path };
  return {
    command,
    cwd: dir,
    env,
    stdout: join(dir, 'out'),
    stderr: join(dir, 'err'),
    untilMs: null,
    ...changes,
  };
}

async function run(launcher: Launcher, request: LaunchRequest): Promise<LaunchedRun> {
  const launched = await launcher.start(request, never);
  if (launched === 'too_late') throw new Error('it was too late');
  return launched;
}

describe('what a launcher and its consumer say to each other', () => {
  const order = requestIn('/a\nb\\ "c"', ['--', '$(x)', '\0', 'ü'], { env: { A: 'b=c\n' }, untilMs: 1.5 });

  it.each<LaunchOrder>([
    { kind: 'start', id: 1, ...order },
    { kind: 'guarded', id: 7 },
  ])('is read as it was written: $kind', (message) => {
    const line = renderMessage(message);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(parseOrder(line)).toEqual(message);
  });

  it.each<LaunchReport>([
    { kind: 'started', id: 1, pid: 4711 },
    { kind: 'failed', id: 1, step: 'open', code: 'ENOSPC', message: 'no space' },
    { kind: 'failed', id: 1, step: 'start', code: null, message: 'no program' },
    { kind: 'too_late', id: 1 },
    { kind: 'exited', id: 1, exitCode: 137, signal: null },
    { kind: 'exited', id: 1, exitCode: null, signal: 'SIGKILL' },
  ])('is understood by the other side: $kind', (message) => {
    expect(parseReport(renderMessage(message))).toEqual(message);
  });

  it.each(['', 'null', '{"kind":"start","id":1}', '{"kind":"started","id":1,"pid":1}', '{"kind":"exi'])(
    'is nothing when it was cut or makes no sense: %s',
    (line) => {
      expect(parseOrder(line)).toBeUndefined();
      expect(parseReport(line)).toBeUndefined();
    },
  );
});

describe('a launcher', () => {
  const log: Record<string, unknown>[] = [];
  const start = (hangingMs?: number): Launcher => {
    log.length = 0;
    const launcher = startLauncher(
      pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) }),
      hangingMs,
    );
    onTestFinished(() => launcher.stop());
    return launcher;
  };

  it.each([
    ['an exit code', 'exit 7', { exitCode: 7, signal: null }],
    ['an exit code that looks like a signal', 'exit 137', { exitCode: 137, signal: null }],
    ['that signal', 'kill -KILL $$', { exitCode: null, signal: 'SIGKILL' }],
    ['a crash', 'kill -SEGV $$', { exitCode: null, signal: 'SIGSEGV' }],
  ])('tells %s', async (_, script, status) => {
    const { exited } = await run(start(), requestIn(makeDir(), shell(script)));
    expect(await exited).toEqual(status);
  });

  it('takes paths, words and variables as they are, whatever they look like', async () => {
    const launcher = start();
    for (const name of ["a b'c", 'd"e$(touch gone)`f`', 'g\nh', '-n', 'ü ∞', '\\', '*;&|<>#']) {
      const dir = join(makeDir(), name);
      mkdirSync(dir, { recursive: true });
      const program = join(dir, name);
      writeFileSync(program, '#!/bin/sh\npwd\nprintf "%s\\n" "$1" "$WORD"\n');
      chmodSync(program, 0o755);
      const request = requestIn(dir, [program, name], { env: { PATH: path, WORD: name } });
      const { exited } = await run(launcher, request);
      expect(await exited).toEqual({ exitCode: 0, signal: null });
      expect(readFileSync(join(dir, 'out'), 'utf8')).toBe(`${dir}\n${name}\n${name}\n`);
      expect(readdirSync(dir).toSorted()).toEqual([name, 'err', 'out'].toSorted());
    }
  });

  it('hands over its three descriptors and no other', async () => {
    const dir = makeDir();
    const { exited } = await run(start(), requestIn(dir, ['ls', '/proc/self/fd']));
    await exited;
    // Whoever started the test may have left it descriptors of his own.
    const { stdout } = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' });
    expect(readFileSync(join(dir, 'out'), 'utf8')).toBe(stdout);
  });

  it.each([
    ['is not there', (dir: string) => join(dir, 'missing'), /ENOENT/],
    ['must not be started', (dir: string) => join(dir, 'plain'), /EACCES/],
  ])('says that a program %s', async (_, nameIn, message) => {
    const dir = makeDir();
    writeFileSync(join(dir, 'plain'), '#!/bin/sh\n');
    const starting = start().start(requestIn(dir, [nameIn(dir)]), never);
    await expect(starting).rejects.toMatchObject({
      code: 'ORCA_NOT_FOUND',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['ENOENT', (dir: string) => join(dir, 'no', 'out')],
    ['EISDIR', (dir: string) => dir],
    ['ENOTDIR', (dir: string) => join(dir, 'err', 'out')],
  ])('says which error an output met: %s', async (code, outIn) => {
    const dir = makeDir();
    writeFileSync(join(dir, 'err'), '');
    const starting = start().start(requestIn(dir, ['true'], { stdout: outIn(dir) }), never);
    await expect(starting).rejects.toMatchObject({ code });
  });

  it('starts nothing after its deadline', async () => {
    const dir = makeDir();
    const request = requestIn(dir, ['touch', 'started'], { untilMs: monotonicMs() - 1 });
    expect(await start().start(request, never)).toBe('too_late');
    expect(readdirSync(dir)).not.toContain('started');
  });

  it('stops a run at its deadline that no guard has heard of, and leaves the one that is guarded', async () => {
    const launcher = start();
    await (
      await run(launcher, requestIn(makeDir(), ['true']))
    ).exited;
    const untilMs = monotonicMs() + 1000;
    const left = await run(launcher, requestIn(makeDir(), ['sleep', '600'], { untilMs }));
    const guarded = await run(launcher, requestIn(makeDir(), ['sleep', '600'], { untilMs }));
    guarded.guarded();
    expect(await left.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
    expect(isAlive(guarded.pid)).toBe(true);
    process.kill(guarded.pid, 'SIGKILL');
    expect(await guarded.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('that was killed leaves its runs alone and is replaced at the next start', async () => {
    const launcher = start();
    const { pid, exited } = await run(launcher, requestIn(makeDir(), ['sleep', '600']));
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    process.kill(launcherOf(pid), 'SIGKILL');
    expect(await exited).toBe('unknown');
    expect(isAlive(pid)).toBe(true);
    const next = await run(launcher, requestIn(makeDir(), shell('exit 3')));
    expect(await next.exited).toEqual({ exitCode: 3, signal: null });
    expect(log).toContainEqual(expect.objectContaining({ signal: 'SIGKILL', runs: 1 }));
  });

  it('that hangs at a start is killed when nobody needs the run any more', async () => {
    const dir = makeDir();
    // Opening a pipe for writing waits for a reader, as a file system that does not answer.
    const pipe = join(dir, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const starting = start(200).start(requestIn(dir, ['true'], { stdout: pipe }), AbortSignal.timeout(100));
    await expect(starting).rejects.toMatchObject({ code: 'NODE_FAULT' });
  });
});

describe('the launcher of a consumer that is killed', () => {
  it('stops the run that no guard knows yet, leaves those that it watches, and ends', async () => {
    const dir = makeDir();
    // The copy shows that no name of the program matters.
    copyFileSync('/bin/sleep', join(dir, 'sleep'));
    const script = join(findPackageRoot(), 'dist', 'consumer', 'process', 'launcher.js');
    const launcher = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void launcher.kill('SIGKILL'));
    const ended = once(launcher, 'close');
    const pids = new Map<number, number>();
    const started = listen(launcher, pids, 2);
    for (const id of [1, 2])
      launcher.stdin.write(
        renderMessage({ kind: 'start', id, ...requestIn(dir, [join(dir, 'sleep'), '600']) }),
      );
    await started;
    launcher.stdin.write(renderMessage({ kind: 'guarded', id: 2 }));
    const [unknown = 0, known = 0] = [pids.get(1), pids.get(2)];
    onTestFinished(() => void (isAlive(known) && process.kill(known, 'SIGKILL')));
    // As a kill of the consumer does, by the kernel.
    launcher.stdin.end();
    await ended;
    expect([isAlive(unknown), isAlive(known)]).toEqual([false, true]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)(
    'does not end by %s',
    async (signal) => {
      const launcher = startLauncher(pino({ enabled: false }));
      onTestFinished(() => launcher.stop());
      const launched = await launcher.start(requestIn(makeDir(), ['sleep', '600']), never);
      const { pid = 0, exited } = launched === 'too_late' ? {} : launched;
      process.kill(launcherOf(pid), signal);
      process.kill(pid, 'SIGKILL');
      expect(await exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    },
  );
});

function launcherOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Resolves when `count` runs have started. */
async function listen(launcher: ChildProcess, pids: Map<number, number>, count: number): Promise<void> {
  if (!launcher.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: launcher.stdout })) {
    const report = parseReport(line);
    if (report?.kind === 'started') pids.set(report.id, report.pid);
    if (pids.size === count) return;
  }
}
