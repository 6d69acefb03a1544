import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

describe.skipIf(!hasPrograms('redis-server', 'openssl'))('campaign.pbs with stand-ins for PBS', () => {
  it('runs a campaign to its end on two nodes, and cancels the next allocation that it had submitted', async () => {
    const home = makeCampaignDir();
    const dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const path = `${join(import.meta.dirname, '../../programs/pbs')}:${process.env['PATH'] ?? ''}`;
    const homeDir = join(home.dir, 'home');
    mkdirSync(homeDir);
    // A login shell of the nodes begins with the path of the system.
    writeFileSync(join(homeDir, '.bash_profile'), `export PATH='${path}'\n`);
    writeFileSync(join(home.dir, 'nodes'), 'n1\nn1\nn2\n');
    const variables = {
      HOME: homeDir,
      PATH: path,
      PBS_JOBID: '12.server',
      PBS_O_WORKDIR: dir,
      OACT_ORCA_PATH: standInPath,
      OACT_STANDIN_SECONDS: '0.2',
      OACT_FLAGS: '--chain=3 --slots 2 --cores-per-slot 1',
      OACT_SERVE_FLAGS: '--notice-seconds 3',
    };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(home.dir, 'variables'), lines.join(''));
    const env = { ...variables, PBS_NODEFILE: join(home.dir, 'nodes'), STANDIN_PBS: home.dir };
    const script = spawn('bash', ['campaign.pbs'], { cwd: dir, env, detached: true });
    let said = '';
    for (const stream of [script.stdout, script.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    onTestFinished(async () => {
      if (script.exitCode === null) process.kill(-(script.pid ?? 0), 'SIGTERM');
      await runOact(['redis', 'stop', '-C', dir]);
      home.remove();
    });
    await once(script, 'close');
    expect(said).toContain('the campaign is done');
    expect(script.exitCode).toBe(0);
    const { database } = JSON.parse((await oactSucceeds(['status', '--json', '-C', dir])).stdout);
    expect(database).toMatchObject({ completed: 24, running: 0 });
    expect(said).toContain('oact serve runs on ');
    const ends = [0, 1].map((index) => readFileSync(join(dir, `consumer-12-${index}.log`), 'utf8'));
    for (const log of ends) expect(log).toContain('"reason":"drained"');
    // As large as this one, behind it, without its variables; and once.
    expect(readFileSync(join(home.dir, 'qsub'), 'utf8').trim()).toMatch(
      /^-W depend=afterany:12\.server -l select=2:ncpus=2:mpiprocs=1 -l walltime=12:00:00 -v OACT_FLAGS\S* \/\S+\/campaign\.pbs \| OACT_FLAGS=--chain=2 --slots 2 --cores-per-slot 1 \| PBS_JOBID=$/,
    );
    expect(readFileSync(join(homeDir, 'qdel'), 'utf8').trim()).toBe('13.server');
  }, 240_000);
});
