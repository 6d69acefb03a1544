/** A campaign's server that does not answer: which it is, and how it is ended without harm to anything else. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOfServer, serverRecordPath } from '../../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { OactError } from '../../../core/errors.ts';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { explainForeignProcess } from '../../../infra/redis/hung/own-server-process.ts';
import { describeHungServer, type HungServer } from '../../../infra/redis/hung/explain-hung-server.ts';
import { isProcessAlive } from '../../../infra/redis/process-alive.ts';
import { startServer } from '../../../infra/redis/start-server.ts';
import { stopServer } from '../../../infra/redis/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { listen } from '../../support/tcp-proxy.ts';

const program = await findRedisProgram();
let campaign: CampaignDir;
beforeEach(() => {
  campaign = makeCampaignDir();
});
afterEach(async () => {
  await stopServer(campaign.dir, { isForced: true });
  campaign.remove();
});

const start = (programs?: string[]) =>
  startServer({ campaignDir: campaign.dir, campaignId: '0a1b2c3d', ...(programs && { programs }) });

describe.skipIf(!program)('a server that hangs (needs redis-server)', { timeout: 60_000 }, () => {
  it('stopped by a signal: start says so, stop --force ends it, and what it knew is there again', async () => {
    const { record } = await start();
    const redis = await connectRedis(addressOfServer(record, campaign.dir, 'producer'));
    await redis.set('{oact-0a1b2c3d}:kept', 'yes');
    redis.disconnect();
    process.kill(record.pid, 'SIGSTOP');
    const words = new RegExp(`process ${record.pid}\\) and is stopped by a signal`);
    await expect(start()).rejects.toMatchObject({
      code: 'REDIS_START_FAILED',
      message: expect.stringMatching(words),
      hint: expect.stringContaining('oact redis stop --force'),
    });
    await expect(stopServer(campaign.dir)).rejects.toMatchObject({ message: expect.stringMatching(words) });
    expect(isProcessAlive(record.pid)).toBe(true);
    expect(await stopServer(campaign.dir, { isForced: true })).toBe(true);
    expect(isProcessAlive(record.pid)).toBe(false);
    const again = await start();
    const back = await connectRedis(addressOfServer(again.record, campaign.dir, 'producer'));
    expect(await back.get('{oact-0a1b2c3d}:kept')).toBe('yes');
    back.disconnect();
  });

  it('blocked by a script: start says so, stop --force ends it', async () => {
    const { record } = await start();
    const admin = await connectRedis(addressOfServer(record, campaign.dir, 'admin'), { reconnect: false });
    await admin.config('SET', 'lua-time-limit', '50');
    const endless = admin.eval('while true do end', 0).catch((error: unknown) => error);
    await expect.poll(() => start().catch(String), { timeout: 20_000 }).toMatch(/blocked by a script/);
    expect(await stopServer(campaign.dir, { isForced: true })).toBe(true);
    expect(isProcessAlive(record.pid)).toBe(false);
    await endless;
  });

  it('and whose process id belongs to another program now: that one lives on', async () => {
    const { record } = await start();
    await stopServer(campaign.dir);
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    // A listener that says nothing: the address answers, and the process id is alive.
    const listener = createServer();
    const port = await listen(listener);
    const silent = { ...record, port, pid: other.pid, node: hostname() };
    writeFileSync(serverRecordPath(campaign.dir), JSON.stringify(silent));
    await expect(stopServer(campaign.dir, { isForced: true })).rejects.toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(/does not end process \d+, because it is .*sleep/),
    });
    expect(isProcessAlive(other.pid ?? 0)).toBe(true);
    other.kill();
    listener.close();
    writeFileSync(serverRecordPath(campaign.dir), JSON.stringify({ ...record, pid: 2 ** 22 - 1 }));
  });

  it('says it when the limit of open files makes it take fewer clients', async () => {
    const wrapper = join(campaign.dir, 'redis-few');
    const without = process.getuid?.() === 0 ? 'setpriv --bounding-set -sys_resource ' : '';
    writeFileSync(wrapper, `#!/bin/sh\nulimit -n 256\nexec ${without}${program?.path} "$@"\n`, {
      mode: 0o755,
    });
    const { warnings } = await start([wrapper]);
    expect(warnings).toEqual([
      expect.stringMatching(/accepts 224 clients and not 25000.* enough for about 100 consumers/),
    ]);
    expect(readFileSync(join(campaign.dir, '.oact', 'redis', 'redis.conf'), 'utf8')).toContain(
      'maxclients 25000',
    );
  });
});

describe('explainForeignProcess', () => {
  const facts = { uid: 1000, program: '/usr/bin/redis-server', directory: '/c/.oact/redis/data', state: 'S' };
  const own = { uid: 1000, dataDir: '/c/.oact/redis/data' };
  it.each([
    ['ours', {}, undefined],
    ['ours, under Valkey', { program: '/opt/bin/valkey-server' }, undefined],
    ['nothing to see', { program: null }, expect.stringMatching(/cannot be seen/)],
    ['another program', { program: '/usr/bin/vim' }, expect.stringMatching(/not a Redis server/)],
    ["another user's", { uid: 0 }, expect.stringMatching(/belongs to user 0/)],
    ["another campaign's", { directory: '/d/.oact/redis/data' }, expect.stringMatching(/runs in \/d/)],
  ])('%s', (_, changes, why) => {
    expect(explainForeignProcess({ ...facts, ...changes }, own)).toEqual(why);
  });
});

describe('describeHungServer', () => {
  const hung: HungServer = {
    record: { node: 'login1', pid: 4711 },
    cause: new OactError('REDIS_UNREACHABLE', 'no answer within 5 s'),
    isHere: true,
    foreign: undefined,
    state: 'S',
    recordPath: '/c/server.json',
  };
  it.each([
    ['no answer', {}, /does not answer/, /redis stop --force, then/],
    ['stopped', { state: 'T' }, /SIGSTOP/, /kill -CONT 4711/],
    ['a disk', { state: 'D' }, /waits for a disk/, /Ask the site's support/],
    ['elsewhere', { isHere: false, state: null }, /login1/, /--force on login1.*delete \/c\/server\.json/],
    [
      'another program',
      { foreign: 'it is vim' },
      /another program now has its process id: it is vim/,
      /delete \/c/,
    ],
  ])('%s', (_, changes, message, hint) => {
    const said = describeHungServer({ ...hung, ...changes });
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
  });
});
