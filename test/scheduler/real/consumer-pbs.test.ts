import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../../support/run-oact.ts';

const recordCount = 8;

interface PbsCampaign {
  script: ChildProcess;
  /** The exit code. */
  ended: Promise<number | null>;
  /** The log of the node with this index. */
  log(index: number): string;
  status(): Promise<{ database: { completed: number }; queue: Record<string, number> }>;
  /** As PBS does at qdel: TERM to every process of the first node's sessions, and nothing to the others. */
  qdel(): void;
}

/** A job of two nodes, of which the node file names the first one twice, with stand-ins for PBS itself. */
async function submit(standInSeconds: string, flags: string): Promise<PbsCampaign> {
  const home = makeCampaignDir();
  const dir = join(home.dir, 'campaign');
  const oact = async (...args: string[]): Promise<string> => (await oactSucceeds(args, { cwd: dir })).stdout;
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
  await oact('redis', 'start');
  await oact('enqueue', '--ids', `1-${recordCount}`);
  const path = `${join(import.meta.dirname, '../../programs/pbs')}:${process.env['PATH'] ?? ''}`;
  mkdirSync(join(home.dir, 'home'));
  // A login shell of the nodes begins with the path of the system.
  writeFileSync(join(home.dir, 'home', '.bash_profile'), `export PATH='${path}'\n`);
  writeFileSync(join(home.dir, 'nodes'), 'n1\nn1\nn2\n');
  const variables = {
    HOME: join(home.dir, 'home'),
    PATH: path,
    PBS_JOBID: '12.server',
    PBS_O_WORKDIR: dir,
    OACT_ORCA_PATH: standInPath,
    OACT_STANDIN_SECONDS: standInSeconds,
    OACT_FLAGS: `--slots 2 --cores-per-slot 1 ${flags}`,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(home.dir, 'variables'), lines.join(''));
  const script = spawn('bash', ['consumer.pbs'], {
    cwd: dir,
    env: { ...variables, PBS_NODEFILE: join(home.dir, 'nodes'), STANDIN_PBS: home.dir },
    detached: true,
    stdio: 'inherit',
  });
  const ended = once(script, 'exit').then(() => script.exitCode);
  const qdel = (): void => void process.kill(-(script.pid ?? 0), 'SIGTERM');
  onTestFinished(async () => {
    if (script.exitCode === null) qdel();
    await ended;
    await oact('redis', 'stop');
    home.remove();
  });
  const log = (index: number): string => {
    const file = join(dir, `consumer-12-${index}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  return { script, ended, log, qdel, status: async () => JSON.parse(await oact('status', '--json')) };
}

describe.skipIf(!hasPrograms('redis-server'))('consumer.pbs with stand-ins for pbsdsh and qstat', () => {
  it('runs a consumer on each node until the queue is empty', async () => {
    const job = await submit('0.2', '--idle-timeout 15s');
    await expect
      .poll(() => [job.log(0), job.log(1)].filter((log) => log.includes('consumer started')).length, {
        timeout: 60_000,
      })
      .toBe(2);
    expect(await job.ended).toBe(0);
    for (const index of [0, 1]) {
      expect(job.log(index)).toContain('"allocationId":"12.server"');
      expect(job.log(index)).toContain('"restartCount":1');
      expect(job.log(index)).toMatch(/"endsAt":"\d{4}-/);
    }
    expect(await job.status()).toMatchObject({ queue: { waiting: 0, active: 0, completed: recordCount } });
  }, 120_000);

  it('qdel: both nodes hand back what they run, before the script ends, and nothing has failed', async () => {
    const job = await submit('100', '--grace 10m');
    const started = (index: number): number => job.log(index).split('"job started"').length - 1;
    await expect.poll(() => started(0) + started(1), { timeout: 60_000 }).toBe(4);
    job.qdel();
    expect(await job.ended).toBe(0);
    for (const index of [0, 1]) expect(job.log(index)).toContain('"endings":{"handed_back":2}');
    expect(await job.status()).toMatchObject({ queue: { waiting: recordCount, active: 0, failed: 0 } });
  }, 120_000);
});
