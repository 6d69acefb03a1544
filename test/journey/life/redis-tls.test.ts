import { copyFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address;
const canRun = hasPrograms('openssl') && (await findRedisProgram()) !== undefined;

describe.skipIf(!canRun)('a campaign whose Redis speaks TLS', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  let url: string;
  const env = { OACT_STANDIN_SECONDS: '0.05', OACT_ORCA_PATH: standInPath };
  const caFile = (): string => join(home.dir, 'trusted.pem');
  const consume = () =>
    runOact(
      [
        'consume',
        '-C',
        dir,
        '--slots',
        '1',
        '--cores-per-slot',
        '1',
        '--oversubscribe',
        '--idle-timeout',
        '2s',
      ],
      { env },
    );

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const authority = makeAuthority(home.dir, 'authority');
    makeAuthority(home.dir, 'stranger');
    const { certFile, keyFile } = makeCertificate(home.dir, authority, 'IP:127.0.0.1');
    copyFileSync(authority.certFile, caFile());
    const tls = ['--tls-cert', certFile, '--tls-key', keyFile, '--tls-ca', caFile()];
    const { stdout } = await oactSucceeds(['redis', 'start', '-C', dir, ...tls, '--json']);
    ({ url } = JSON.parse(stdout));
  }, 120_000);
  afterAll(async () => {
    copyFileSync(join(home.dir, 'authority.pem'), caFile());
    await runOact(['redis', 'stop', '-C', dir]);
    home.remove();
  });

  it('runs jobs over it, from the queue back into the database', async () => {
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '3'], { env });
    expect((await consume()).code).toBe(0);
    expect((await oactSucceeds(['reconcile', '-C', dir, '--once'])).stdout).toContain('3 settled');
    const { redis, database } = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'])).stdout);
    expect(url).toMatch(/^rediss:\/\/127\.0\.0\.1:\d+\/0$/);
    expect(redis.url).toBe(url);
    expect(database.completed).toBe(3);
  });

  it('answers nobody in the clear', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('PING\r\n'));
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      socket.on('close', () => resolve(text));
      socket.on('error', () => undefined);
    });
    expect(answer).not.toContain('PONG');
  });

  it('is refused at once by who does not trust it, and the words say what to do', async () => {
    copyFileSync(join(home.dir, 'stranger.pem'), caFile());
    for (const command of [
      () => consume(),
      () => runOact(['serve', '-C', dir], { env }),
      () => runOact(['enqueue', '-C', dir]),
    ]) {
      const { code, stderr } = await command();
      expect(code).toBe(1);
      expect(stderr).toContain('certificate that is not trusted');
      expect(stderr).toContain('--tls-ca');
    }
    const status = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'])).stdout);
    expect(status.queue).toBeNull();
    expect(status.redis.error).toContain('certificate that is not trusted');
    copyFileSync(join(home.dir, 'authority.pem'), caFile());
    expect(JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'])).stdout).queue).not.toBeNull();
  });

  it('is not trusted by the name of another address either', async () => {
    const authority = { certFile: join(home.dir, 'authority.pem'), keyFile: join(home.dir, 'authority.key') };
    await oactSucceeds(['redis', 'stop', '-C', dir]);
    const { certFile, keyFile } = makeCertificate(home.dir, authority, 'DNS:login1.example.org');
    const tls = ['--tls-cert', certFile, '--tls-key', keyFile, '--tls-ca', caFile()];
    const { code, stderr } = await runOact(['redis', 'start', '-C', dir, ...tls]);
    expect(code).toBe(1);
    expect(stderr).toContain('certificate');
    expect(readFileSync(join(dir, '.oact', 'redis', 'redis.log'), 'utf8')).toContain(
      'Ready to accept connections',
    );
  });
});

describe.skipIf(!canRun || outside === undefined)('oact redis start --bind', { timeout: 120_000 }, () => {
  it('encrypts, and with --no-tls says what that gives up; a running server is not changed silently', async () => {
    const home = makeCampaignDir();
    const dir = join(home.dir, 'campaign');
    onTestFinished(async () => {
      await runOact(['redis', 'stop', '-C', dir]);
      home.remove();
    });
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const start = ['redis', 'start', '-C', dir, '--bind', outside ?? ''];
    const closed = await oactSucceeds(start);
    expect(closed.stdout).toMatch(/^encrypted; SHA-256 of its certificate: [0-9A-F:]{95}$/m);
    expect(closed.stderr).toBe('');
    const again = await oactSucceeds([...start, '--no-tls', '--port', '1']);
    expect(again.stdout).toContain('already runs');
    expect(again.stderr).toContain('so --port, --no-tls had no effect: run oact redis stop first');
    expect((await oactSucceeds(start)).stderr).toBe('');
    await oactSucceeds(['redis', 'stop', '-C', dir]);
    const open = await oactSucceeds([...start, '--no-tls', '--json']);
    expect(open.stderr).toContain('without TLS, passwords and jobs cross the network unencrypted');
    expect(JSON.parse(open.stdout)).toMatchObject({
      url: expect.stringMatching(/^redis:/),
      tlsFingerprint: null,
      warnings: [expect.stringContaining('unencrypted')],
    });
    expect((await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '1'])).code).toBe(0);
  });
});
