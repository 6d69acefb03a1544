import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, standInPath } from '../../support/run-oact.ts';
import { type Flux, hasFlux, startFlux } from '../../support/schedulers/flux.ts';

describe.skipIf(!hasFlux() || !hasPrograms('redis-server', 'openssl'))('campaign.flux on two nodes', () => {
  let flux: Flux;
  let home: CampaignDir;
  beforeAll(async () => {
    flux = await startFlux();
    home = makeCampaignDir();
  });
  afterAll(async () => {
    await flux.cancelJobs();
    await flux.stop();
    home.remove();
  });

  it('hands over to the next allocation of its chain, which ends the campaign and cancels the one behind it', async () => {
    const dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const flags = ['--chain=5', '--slots', '2', '--cores-per-slot', '1', '--grace', '0'];
    const env = {
      OACT_ORCA_PATH: standInPath,
      OACT_STANDIN_SECONDS: '1',
      OACT_SERVE_FLAGS: '--notice-seconds 3 --lease-seconds 4',
    };
    const first = await flux.submit(['-t', '20m', 'campaign.flux', ...flags], { cwd: dir, env });
    const completed = async (): Promise<number> =>
      JSON.parse((await oactSucceeds(['status', '--json', '-C', dir])).stdout).database.completed;
    await expect.poll(completed, { timeout: 120_000, interval: 500 }).toBeGreaterThan(2);
    // As the head of the script says.
    await flux.run('proxy', first, 'flux', 'job', 'killall', '--force', '--signal=SIGUSR1');
    await flux.becomes(first, 'COMPLETED', 60_000);
    expect(await completed()).toBeLessThan(24);
    await expect.poll(completed, { timeout: 120_000, interval: 500 }).toBe(24);
    await expect.poll(() => flux.run('jobs', '--no-header', '--format={id}'), { timeout: 60_000 }).toBe('');
    const jobs = (await flux.run('jobs', '-a', '--no-header', '--format={id.dec} {status}'))
      .split('\n')
      .map((line) => line.split(' '))
      .toSorted(([a = '0'], [b = '0']) => Number(BigInt(a) - BigInt(b)));
    expect(jobs.map(([, status]) => status)).toEqual(['COMPLETED', 'COMPLETED', 'CANCELED']);
    const second = jobs[1]?.[0] ?? '';
    expect(readFileSync(join(dir, `campaign-${second}.log`), 'utf8')).toContain(
      'with the queue that the last one handed over',
    );
  }, 300_000);
});
