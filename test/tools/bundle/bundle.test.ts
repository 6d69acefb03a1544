import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listOpened, traceCommand } from '../../../tools/bench/timing/trace-files.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { findFreePort } from '../../../infra/redis/free-port.ts';
import { makeBundle } from '../../../tools/bundle/make-bundle.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

const programs = join(findPackageRoot(), 'test', 'programs', 'orca');

/** Node itself opens about as many. */
const mostFiles = 35;

let home: CampaignDir;
let bundle: string;

beforeAll(async () => {
  home = makeCampaignDir();
  await makeBundle(join(home.dir, 'made'));
  // As one copies it to a shared file system, out of sight of the repository's packages.
  bundle = join(home.dir, 'copied');
  cpSync(join(home.dir, 'made'), bundle, { recursive: true });
}, 120_000);
afterAll(() => home.remove());

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(command: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const [program = '', ...args] = command;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OACT_'));
  const child = spawn(program, args, {
    env: Object.fromEntries(inherited),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return { child, ended: once(child, 'close').then(() => ({ ...said, code: child.exitCode })) };
}

const oact = (...args: string[]): string[] => [join(bundle, 'bin', 'oact.js'), ...args];

/** Those that work below a directory. */
function listProcessesIn(dir: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dir}/`);
    } catch {
      return false;
    }
  });
}

async function succeeds(command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(command).ended;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

it('is started by itself, and says what there is', async () => {
  expect(await succeeds(oact('--help'))).toContain('run queued jobs on this node');
  expect(await succeeds(oact('enqueue', '--help'))).toContain('--batch-size');
  const link = join(home.dir, 'oact-elsewhere');
  symlinkSync(join(bundle, 'oact'), link);
  expect(await succeeds([link, 'consume', '--help'])).toContain('--idle-timeout');
});

it('holds the licence of everything in it', () => {
  const text = readFileSync(join(bundle, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['bullmq', 'ioredis', 'zod', 'better-sqlite3', '@bull-board/ui'])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ · \\S`, 'm'));
  expect(
    ['LICENSE', 'README.md', 'CHANGELOG.md', 'docs/operating.md', 'docs/man/oact.1'].filter(
      (name) => !existsSync(join(bundle, name)),
    ),
  ).toEqual([]);
});

it('replaces an earlier bundle, and nothing else', async () => {
  const other = join(home.dir, 'other');
  cpSync(programs, other, { recursive: true });
  await expect(makeBundle(other)).rejects.toThrow(/no bundle/);
  expect(statSync(join(other, 'orca-good')).isFile()).toBe(true);
});

it('starts the embedded server, in a program of its own', async () => {
  const server = fork(join(bundle, 'dist', 'infra', 'redis', 'embedded-server.js'), {
    serialization: 'json',
    silent: true,
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  server.send({ port: await findFreePort(), password: 'secret' });
  expect(await once(server, 'message')).toMatchObject([{ ready: true }, undefined]);
});

describe.skipIf(!hasPrograms('redis-server'))('a campaign', () => {
  let dir: string;
  const consume = (...flags: string[]): string[] =>
    oact('consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--oversubscribe', ...flags);

  beforeAll(async () => {
    dir = join(home.dir, 'campaign');
    const csv = join(bundle, 'examples', 'actinides-24.csv');
    await succeeds(oact('init', dir, '--csv', csv, '--multiplicity-column', 'spin'));
    await succeeds(oact('redis', 'start', '-C', dir));
  }, 60_000);
  afterAll(() => succeeds(oact('redis', 'stop', '-C', dir)));

  it('gets scheduler scripts that start the bundle', () => {
    expect(readFileSync(join(dir, 'consumer.slurm'), 'utf8')).toContain(
      `oact=\${OACT:-${join(bundle, 'bin', 'oact.js')}}`,
    );
  });

  it('goes its whole way', async () => {
    await succeeds(oact('enqueue', '-C', dir, '--ids', '1-4'));
    await succeeds(consume('--orca-path', join(programs, 'orca-good'), '--idle-timeout', '1s'));
    await succeeds(oact('reconcile', '-C', dir, '--once'));
    const status: unknown = JSON.parse(await succeeds(oact('status', '-C', dir, '--json')));
    expect(status).toMatchObject({ database: { completed: 4 } });
  }, 60_000);

  it.skipIf(!hasPrograms('strace'))(
    'lets a consumer open few files, and none of the database',
    async () => {
      const log = join(home.dir, 'strace.log');
      const orca = join(programs, 'orca-good');
      await succeeds(oact('enqueue', '-C', dir, '--ids', '5-6'));
      await succeeds(traceCommand(log, consume('--orca-path', orca, '--idle-timeout', '1s')));
      const opened = listOpened(log);
      // The trace can see: the guard has run, and so has ORCA.
      expect(opened).toContain(join(bundle, 'dist', 'consumer', 'process', 'guard.js'));
      expect(opened.filter((path) => path === orca).length).toBeGreaterThanOrEqual(2);
      expect(opened.filter((path) => /sqlite|workflow\.db/.test(path))).toEqual([]);
      const ofBundle = new Set(opened.filter((path) => path.startsWith(bundle)));
      expect([...ofBundle].filter((path) => !path.endsWith('.js') && !path.endsWith('package.json'))).toEqual(
        [],
      );
      expect(ofBundle.size).toBeLessThanOrEqual(mostFiles);
    },
    60_000,
  );

  it('stops the ORCAs of a consumer that was killed', async () => {
    await succeeds(oact('enqueue', '-C', dir, '--ids', '7'));
    const consumer = start(consume('--orca-path', join(programs, 'orca-waiting')));
    onTestFinished(() => void consumer.child.kill('SIGKILL'));
    await vi.waitFor(() => expect(listProcessesIn(join(dir, 'jobs'))).not.toEqual([]), {
      timeout: 30_000,
      interval: 100,
    });
    consumer.child.kill('SIGKILL');
    await consumer.ended;
    await vi.waitFor(() => expect(listProcessesIn(join(dir, 'jobs'))).toEqual([]), {
      timeout: 20_000,
      interval: 100,
    });
  }, 60_000);

  it('shows Bull Board with its pages', async () => {
    const board = start(oact('board', '-C', dir, '--port', '0'));
    onTestFinished(() => void board.child.kill('SIGKILL'));
    let url = '';
    board.child.stdout?.on('data', (chunk: Buffer) => (url ||= /http:\S+/.exec(chunk.toString())?.[0] ?? ''));
    await vi.waitFor(() => expect(url).not.toBe(''), { timeout: 30_000 });
    const token = readFileSync(join(dir, '.oact', 'board.token'), 'utf8').trim();
    const login = await fetch(new URL('login', url), {
      method: 'POST',
      body: new URLSearchParams({ token }),
      redirect: 'manual',
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await (await fetch(new URL('queue', url), { headers: { cookie } })).text();
    const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
    const answer = await fetch(new URL(script, new URL('queue/', url)), { headers: { cookie } });
    expect([script !== '', answer.status]).toEqual([true, 200]);
  }, 60_000);
});
