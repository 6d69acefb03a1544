import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { programPath } from '../../consumer/programs.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import {
  exampleCsv,
  oactSucceeds,
  type OactRun,
  runOact,
  type RunningOact,
  startOact,
} from '../../support/run-oact.ts';

/** Records 1 to 6 go through a real queue, two of them on a consumer that runs until it is told to go on. */
describe.skipIf(process.platform !== 'linux')('the terminal', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let dir: string;
  let env: Record<string, string>;
  let consumer: RunningOact;

  const oact = (...args: string[]): Promise<OactRun> => oactSucceeds([...args, '-C', dir], { env });
  const ask = async (...args: string[]) => JSON.parse((await oact(...args, '--json')).stdout);

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: programPath('orca-waiting') };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  }, 120_000);
  afterAll(async () => {
    consumer.child.kill('SIGKILL');
    await consumer.ended;
    home.remove();
  });

  const stateOf = async (id: number): Promise<string> => (await ask('job', 'explain', String(id))).state;

  it('explains each step on the way of a job', async () => {
    expect(await stateOf(1)).toBe('not_enqueued');
    await oact('enqueue', '--ids', '1-3', '--order', 'id');
    expect(await stateOf(1)).toBe('no_consumer');
    const away = await oactSucceeds(['job', 'explain', '1', '-C', dir], {
      env: { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1/0' },
    });
    expect(away.stdout).toContain('the queue cannot be read');

    consumer = startOact(
      ['consume', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '10m'],
      {
        env: { ...env, SLURMD_NODENAME: 'n0042', SLURM_JOB_ID: '4711' },
      },
    );
    await expect.poll(() => stateOf(1), { timeout: 60_000 }).toBe('running');
    await expect
      .poll(async () => (await oact('job', 'explain', '1')).stdout, { timeout: 60_000 })
      .toMatch(/runs on n0042, slot 0, for \d/);
    expect(await ask('job', 'explain', '3')).toMatchObject({
      id: 3,
      status: 'running',
      state: 'queued',
      text: [expect.stringContaining('behind 1 job; 1 consumer has 1 of 1 slots busy')],
    });
  }, 180_000);

  it('shows node, slot and job of the moment, on no terminal once', async () => {
    const { stdout } = await oact('top');
    expect(stdout).toMatch(/^n0042\s+1\/1/m);
    expect(stdout).toMatch(/^\s+0\s+1\s+\w+\s/m);
    expect(stdout).toContain('queue 2 waiting, 1 running, 0 not settled');
    expect(stdout).not.toContain('\u001B[?1049h');
    expect(await ask('top')).toMatchObject({
      queue: { waiting: 2, active: 1 },
      consumers: [{ node: 'n0042', slots: 1, busy: 1 }],
    });
    const away = await oactSucceeds(['top', '-C', dir], {
      env: { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1/0' },
    });
    expect(away.stdout).toContain('queue not reachable');
  }, 120_000);

  it('follows the output of a running job to its end', async () => {
    expect((await oact('job', 'tail', '1')).stdout).toBe('started\n');
    const tail = startOact(['job', 'tail', '1', '-f', '-C', dir], { env });
    onTestFinished(() => void tail.child.kill('SIGKILL'));
    await expect.poll(() => tail.output().stdout, { timeout: 60_000 }).toBe('started\n');
    writeFileSync(join(dir, 'jobs', 'job_1', 'go'), '');
    const { code, stdout, stderr } = await tail.ended;
    expect(stdout).toContain('ORCA TERMINATED NORMALLY');
    expect(stderr).toMatch(/attempt 1 has ended: completed/);
    expect(code).toBe(0);
  }, 180_000);

  it('explains the end, before and after it was settled', async () => {
    await expect.poll(() => stateOf(1), { timeout: 60_000 }).toBe('not_settled');
    await oact('reconcile', '--once');
    expect(await ask('job', 'explain', '1')).toMatchObject({
      state: 'completed',
      text: [expect.stringContaining('on n0042')],
    });
    expect((await oact('job', 'tail', '1', '-f')).stderr).toContain(
      'not queued or running: its status is completed',
    );
  }, 120_000);

  it('prints the files of a job, packed ones too', async () => {
    const output = join(dir, 'jobs', 'job_1', 'orca.out');
    const text = readFileSync(output, 'utf8');
    expect((await oact('job', 'cat', '1')).stdout).toBe(text);
    expect((await oact('job', 'cat', '1', '--attempt', '1', '--file', 'input')).stdout).toMatch(/^! /);
    expect(JSON.parse((await oact('job', 'cat', '1', '--file', 'result')).stdout)).toMatchObject({
      recordId: 1,
      outcome: { kind: 'completed' },
    });
    expect(await ask('job', 'cat', '1')).toMatchObject({ path: output, bytes: text.length });
    writeFileSync(join(dir, 'jobs', 'job_1', 'attempt-1', 'orca.out.gz'), gzipSync('packed\n'));
    expect((await oact('job', 'cat', '1', '--attempt', '1')).stdout).toBe('packed\n');
    writeFileSync(join(dir, 'jobs', 'job_1', 'attempt-1', 'orca.out.gz'), 'no gzip');
    const damaged = await runOact(['job', 'cat', '1', '--attempt', '1', '-C', dir], { env });
    expect([damaged.code, damaged.stderr]).toEqual([1, expect.stringContaining('gzip -t')]);
  }, 120_000);

  it('searches, and tells rate and report', async () => {
    expect(await ask('job', 'list', '--status', 'completed')).toMatchObject({
      total: 1,
      records: [{ id: 1, node: 'n0042', outcome: 'completed' }],
    });
    expect((await ask('job', 'list', '--node', 'n0042', '--error', 'x')).total).toBe(0);
    const { formula } = (await ask('job', 'list', '--ids', '7')).records[0];
    expect(
      (await ask('job', 'list', '--formula', formula)).records.map((row: { id: number }) => row.id),
    ).toContain(7);
    const page = await oact('job', 'list', '--sort', '-id', '--limit', '2');
    expect(page.stdout.trim().split('\n')).toHaveLength(3);
    expect(page.stdout).toMatch(/^24\s/m);
    expect(page.stderr).toContain('1 to 2 of 24 records. Next: --offset 2');
    expect((await oact('status')).stdout).toMatch(/^finished .*1 within the last/m);
    expect(await ask('status')).toMatchObject({ rate: { finished: 1, remaining: 23 } });
    expect((await oact('report')).stdout).toMatch(/^\| completed \| 1 \| 4\.2 % \|$/m);
    expect(await ask('report')).toMatchObject({
      nodes: [{ node: 'n0042', completed: 1 }],
      coreHours: { completed: { attempts: 1 } },
    });
    const file = join(home.dir, 'report.md');
    await oact('report', '--output', file);
    expect(readFileSync(file, 'utf8')).toContain('## Failures by class');
  }, 180_000);

  it.each<[string[], number, string]>([
    [['job', 'list', '--status', 'done'], 2, "'done' is not a status"],
    [['job', 'list', '--formula', 'uo2'], 2, 'is not a formula'],
    [['job', 'list', '--element', 'uranium'], 2, 'not the symbol'],
    [['job', 'list', '--ids', '5-1'], 2, 'neither an id nor a range'],
    [['job', 'list', '--attempts', 'many'], 2, 'a number or a range'],
    [['job', 'list', '--sort', 'colour'], 2, 'cannot sort by'],
    [['job', 'list', '--limit', '-1'], 2, 'whole number'],
    [['job', 'explain', '999999'], 1, 'no record with the id or name 999999'],
    [['job', 'explain', 'c1-a1'], 1, "no record with the id or name 'c1-a1'"],
    [['job', 'cat', '24'], 1, 'no job directory yet'],
    [['job', 'cat', '1', '--attempt', '9'], 1, 'of attempt 9'],
    [['job', 'cat', '1', '--file', 'soul'], 2, 'Allowed choices'],
    [['job', 'tail', '24'], 1, 'no job directory yet'],
    [['job', 'tail', '1', '-n', 'x'], 2, 'whole number'],
    [['job', 'tail', '1', '-f', '--json'], 2, 'cannot be used with'],
    [['top', '--interval', '0'], 2, 'greater than 0'],
    [['report', '--format', 'pdf'], 2, 'Allowed choices'],
    [['report', '--output', '/nowhere/report.md'], 1, 'cannot be written'],
  ])(
    'refuses %j',
    async (args, code, words) => {
      const run = await runOact([...args, '-C', dir], { env });
      expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(words)]);
      expect(run.stderr).not.toMatch(/^ +at /m);
      expect(run.stdout).toBe('');
    },
    60_000,
  );

  it.skipIf(!hasPrograms('script'))(
    'gives the terminal back as it was when q is pressed',
    async () => {
      const typescript = join(home.dir, 'typescript');
      const { spawn } = await import('node:child_process');
      const program = join(import.meta.dirname, '../../../bin/oact.js');
      const command = `stty rows 12 cols 80; '${process.execPath}' '${program}' top -C '${dir}'; echo "ended $?"; stty -a`;
      const child = spawn('script', ['-qfec', command, typescript], {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const screen = (): string => (existsSync(typescript) ? readFileSync(typescript, 'utf8') : '');
      await expect.poll(screen, { timeout: 60_000 }).toContain('n0042');
      child.stdin.write('q');
      await expect
        .poll(() => screen().split('\u001B[?1049l')[1], { timeout: 60_000 })
        .toMatch(/ended 0.* icanon/s);
      const first = screen().split('\u001B[H')[1]?.split('\u001B[J')[0];
      expect(first?.split('\n').length).toBeLessThanOrEqual(12);
      child.stdin.end();
    },
    150_000,
  );
});
