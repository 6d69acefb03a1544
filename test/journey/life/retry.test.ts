import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

/** What the stand-in does wrong, by orig_index. */
const plan = [
  { match: '/job_1/', fail: 'scf_not_converged,needs:SlowConv,needs:moread,needs:scf.MaxIter>=500' },
  { match: '/job_2/', fail: 'memory_maxcore,needs:nprocs<=1' },
  { match: '/job_3/', fail: 'input_keyword' },
  { match: '/job_5/', fail: 'mpi_transport' },
];

const runFlags = ['--slots', '1', '--cores-per-slot', '2', '--oversubscribe', '--order', 'id'];

const read = (text: string): number[] =>
  [/nprocs (\d+)/, /%maxcore (\d+)/].map((pattern) => Number(pattern.exec(text)?.[1]));

describe('failures are tried again', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  let env: Record<string, string>;
  const show = async (id: number) =>
    JSON.parse((await oactSucceeds(['job', 'show', String(id), '-C', dir, '--json'], { env })).stdout);
  const inputOf = (id: number, attempt: string): string =>
    readFileSync(join(dir, 'jobs', `job_${id}`, attempt, 'orca.inp'), 'utf8');

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    const planFile = join(home.dir, 'plan.json');
    writeFileSync(planFile, JSON.stringify(plan));
    env = {
      OACT_ORCA_PATH: standInPath,
      OACT_STANDIN_PLAN: planFile,
      OACT_STANDIN_SECONDS: '0.05',
      OACT_RETRY_BACKOFF_FIRST: '0.2',
    };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await oactSucceeds(['run', '-C', dir, '--ids', '1-4', ...runFlags], { env });
  }, 120_000);
  afterAll(() => home.remove());

  it('step by step, until one helps; every failure stays counted', async () => {
    expect(await show(1)).toMatchObject({
      status: 'completed',
      failCount: 2,
      errorMessage: null,
      attempts: [
        { outcome: 'failed', class: 'scf_not_converged', retryOf: null, remedies: [] },
        { outcome: 'failed', retryOf: 1, retryReason: 'the SCF did not converge' },
        { outcome: 'completed', retryOf: 2, notRetried: null },
      ],
    });
    const { stdout } = await oactSucceeds(['job', 'show', '1', '-C', dir], { env });
    expect(stdout).toContain(
      'attempt 2 after 1: the SCF did not converge → from its orbitals, MaxIter 500\n',
    );
    expect(stdout).toContain(
      'attempt 3 after 2: the SCF did not converge → from its orbitals, SlowConv, MaxIter 500\n',
    );
  });

  it('with an input that shows the change, and that oact job input prints', async () => {
    expect(inputOf(1, 'attempt-2')).toContain(' NormalConv ');
    const third = inputOf(1, '.');
    expect(third).toMatch(/^! .* SlowConv /);
    expect(third).not.toContain('NormalConv');
    const [, maxcore = ''] = /%maxcore (\d+)/.exec(third) ?? [];
    const args = ['job', 'input', '1', '-C', dir, '--attempt', '3', '--cores', '2', '--maxcore', maxcore];
    const { stdout, stderr } = await oactSucceeds(args, { env });
    expect(stdout).toMatch(/^! .* SlowConv /);
    expect(stderr).toContain(
      'Attempt 3 after 2: the SCF did not converge → from its orbitals, SlowConv, MaxIter 500',
    );
    expect(JSON.parse((await oactSucceeds([...args, '--json'], { env })).stdout)).toMatchObject({
      attempt: 3,
      remedies: [{ kind: 'restart' }, { kind: 'words', add: ['SlowConv'] }, { kind: 'scf' }],
    });
    const first = await oactSucceeds(['job', 'input', '1', '-C', dir, '--attempt', '1'], { env });
    expect(first.stdout).toContain(' NormalConv ');
    expect((await runOact(['job', 'input', '1', '-C', dir, '--attempt', '9'])).stderr).toContain(
      'record 1 has no attempt 9; it has 1, 2, 3',
    );
  });

  it('with fewer ranks, each with so much more memory', async () => {
    expect(await show(2)).toMatchObject({ status: 'completed', failCount: 1, ranks: 1 });
    const [ranks = 0, maxcore = 0] = read(inputOf(2, 'attempt-1'));
    const [fewer, more = 0] = read(inputOf(2, '.'));
    expect([ranks, fewer]).toEqual([2, 1]);
    expect(Math.abs(more - 2 * maxcore)).toBeLessThanOrEqual(1);
    const { stdout } = await oactSucceeds(
      ['job', 'input', '2', '-C', dir, '--attempt', '2', '--cores', '8', '--maxcore', '1000'],
      { env },
    );
    expect(stdout).toMatch(/nprocs 4\nend\n%maxcore 2000\D/);
  });

  it('but not a wrong input, which says why', async () => {
    expect(await show(3)).toMatchObject({
      status: 'failed',
      failCount: 1,
      attempts: [{ class: 'input_keyword', notRetried: 'the same input fails again' }],
    });
    const { stdout } = await oactSucceeds(['job', 'show', '3', '-C', dir], { env });
    expect(stdout).toContain('attempt 1 was not retried: the same input fails again');
  });

  it.each([
    ['as often as the table says', [], 3, /2 retries after mpi_transport did not help/],
    ['never with --no-retry', ['--no-retry'], 1, /^$/],
    ['no more than --max-fail-count failures', ['--max-fail-count', '2'], 2, /job\.maxFailCount is 2/],
  ])('%s', async (_what, flags, attempts, reason) => {
    const own = join(home.dir, `own-${attempts}`);
    await oactSucceeds(['init', own, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await oactSucceeds(['run', '-C', own, '--ids', '5', ...runFlags, ...flags], { env });
    const { stdout } = await oactSucceeds(['job', 'show', '5', '-C', own, '--json'], { env });
    const record = JSON.parse(stdout);
    expect(record).toMatchObject({ status: 'failed', failCount: attempts });
    expect(record.attempts).toHaveLength(attempts);
    expect(record.attempts.at(-1).notRetried ?? '').toMatch(reason);
  });

  it('as oact.yaml says, which config show prints; a mistake in it is named', async () => {
    const yaml = join(dir, 'oact.yaml');
    const before = readFileSync(yaml, 'utf8');
    const write = (classes: object): void =>
      writeFileSync(yaml, `${before}\nretry: ${JSON.stringify({ classes })}\n`);
    write({ mpi_transport: { times: 7 }, timed_out: { times: 0 } });
    const { stdout } = await oactSucceeds(['config', 'show', '-C', dir]);
    expect(stdout).toMatch(/^retry\.enabled +true$/m);
    expect(stdout).toMatch(/^mpi_transport +7 +later +the same again$/m);
    expect(stdout).toMatch(
      /^scf_not_converged +3 +at once +from its orbitals, MaxIter 500 → SlowConv → afresh, KDIIS, NOSOSCF → /m,
    );
    const settings: { setting: string; value: unknown }[] = JSON.parse(
      (await oactSucceeds(['config', 'show', '-C', dir, '--json'])).stdout,
    );
    expect(settings.find(({ setting }) => setting === 'retry.classes')?.value).toMatchObject({
      timed_out: { times: 0 },
      oom_killed: { times: 2, ladder: [{ ranks: 0.5 }, { ranks: 0.25 }] },
    });
    write({ scf_not_converged: { ladder: [{ words: ['PBE0'] }] } });
    for (const command of [
      ['config', 'show'],
      ['run', '--ids', '9'],
      ['reconcile', '--once'],
    ]) {
      const run = await runOact([...command, '-C', dir], { env });
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(
        /'scf_not_converged' under 'retry\.classes' is invalid: .*may not touch 'PBE0'/s,
      );
    }
  });
});
