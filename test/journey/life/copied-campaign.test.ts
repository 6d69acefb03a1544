/** `cp -r` of a campaign at work: the copy is refused until it is made one of its own; what is moved or restored works on. */
import { cpSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

const program = await findRedisProgram();
const env = { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05' };
const consume = ['consume', '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1s', '--json'];

describe.skipIf(!program)('a copied campaign (needs redis-server)', { timeout: 240_000 }, () => {
  let home: CampaignDir;
  beforeEach(() => {
    home = makeCampaignDir();
  });
  afterEach(async () => {
    for (const name of ['orig', 'copy', 'moved']) await stopServer(join(home.dir, name), { isForced: true });
    home.remove();
  });
  const at = (name: string): string => join(home.dir, name);
  const on = (name: string, args: string[]) => oactSucceeds([...args, '-C', at(name)], { env });
  const status = async (name: string) => JSON.parse((await on(name, ['status', '--json'])).stdout);
  const idOf = (name: string): string | undefined =>
    /campaign: "?(\w+)/.exec(readFileSync(join(at(name), 'oact.yaml'), 'utf8'))?.[1];

  it('is refused, harms nothing of the original, and becomes one of its own', async () => {
    await oactSucceeds(['init', at('orig'), '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await on('orig', ['redis', 'start']);
    await on('orig', ['enqueue', '--ids', '1-4']);
    cpSync(at('orig'), at('copy'), { recursive: true });

    for (const args of [
      ['enqueue'],
      consume,
      ['reconcile', '--once'],
      ['redis', 'stop'],
      ['redis', 'start'],
    ]) {
      const refused = await runOact([...args, '-C', at('copy')], { env });
      expect([args[0], refused.code]).toEqual([args[0], 1]);
      expect(refused.stderr).toMatch(
        /is a copy.*orig\/workflow\.db.*oact init DIR --adopt-copy.*CAMPAIGN_COPIED/s,
      );
    }
    expect((await status('copy')).queue).toBeNull();
    expect((await status('orig')).queue).toMatchObject({ waiting: 4 });
    expect((await runOact(['init', at('orig'), '--adopt-copy'])).code).toBe(2);

    const adopted = JSON.parse((await oactSucceeds(['init', at('copy'), '--adopt-copy', '--json'])).stdout);
    expect(adopted).toMatchObject({ released: 4, campaignId: idOf('copy') });
    expect(idOf('copy')).not.toBe(idOf('orig'));
    await on('copy', ['redis', 'start']);
    await on('copy', ['enqueue', '--ids', '1-4']);
    expect(JSON.parse((await on('copy', consume)).stdout)).toMatchObject({ endings: { completed: 4 } });
    await on('copy', ['reconcile', '--once']);
    expect((await status('copy')).database).toMatchObject({ completed: 4, running: 0 });
    expect(await status('orig')).toMatchObject({
      queue: { waiting: 4 },
      database: { running: 4, completed: 0 },
    });
  });

  it('that was moved, or restored from a backup, works on', async () => {
    await oactSucceeds(['init', at('orig'), '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await on('orig', ['redis', 'start']);
    await on('orig', ['enqueue', '--ids', '1-2']);
    mkdirSync(at('backup'));
    cpSync(join(at('orig'), 'workflow.db'), join(at('backup'), 'workflow.db'));
    renameSync(join(at('backup'), 'workflow.db'), join(at('orig'), 'workflow.db'));
    await on('orig', ['enqueue', '--ids', '3']);
    expect((await status('orig')).queue).toMatchObject({ waiting: 3 });
    renameSync(at('orig'), at('moved'));
    await on('moved', ['enqueue', '--ids', '4']);
    expect((await status('moved')).queue).toMatchObject({ waiting: 4 });
  });
});
