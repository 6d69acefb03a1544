import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  readCampaignRedis,
  redisDirOf,
  secretPathOf,
  type ServerRecord,
  serverRecordPath,
} from '../../../core/redis/campaign-redis.ts';
import { ensureSecret, readSecret } from '../../../core/config/secret-file.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';

let campaign: CampaignDir;
beforeEach(() => {
  campaign = makeCampaignDir();
});
afterEach(() => campaign.remove());

const aRecord = (change: Partial<ServerRecord> = {}): ServerRecord => ({
  v: 1,
  kind: 'redis-server',
  host: '10.1.2.3',
  port: 7000,
  tls: null,
  pid: 1,
  node: 'login1',
  startedAt: '2026-11-22T10:00:00.000Z',
  ...change,
});

const writeRecord = (text: string): void => {
  const path = serverRecordPath(campaign.dir);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

describe('what a consumer needs from the campaign', () => {
  it('is nothing without a server', () => {
    expect(readCampaignRedis(campaign.dir, 'consumer')).toBeUndefined();
  });

  it('is the address and the password of its role', () => {
    writeRecord(JSON.stringify(aRecord()));
    const password = ensureSecret(secretPathOf(campaign.dir, 'consumer'));
    expect(readCampaignRedis(campaign.dir, 'consumer')).toEqual({
      kind: 'redis-server',
      url: 'redis://10.1.2.3:7000/0',
      follows: campaign.dir,
      hasScripts: true,
      username: 'consumer',
      password,
    });
  });

  it('comes with the certificate under TLS', () => {
    const caFile = join(campaign.dir, 'ca.pem');
    writeFileSync(caFile, 'PEM');
    writeRecord(JSON.stringify(aRecord({ host: 'fe80::1', tls: { caFile } })));
    ensureSecret(secretPathOf(campaign.dir, 'board'));
    expect(readCampaignRedis(campaign.dir, 'board')).toMatchObject({
      url: 'rediss://[fe80::1]:7000/0',
      tls: { ca: 'PEM' },
    });
  });

  it('finds the certificate of the campaign by the path by which this node sees it', () => {
    writeRecord(JSON.stringify(aRecord({ tls: { caFile: '/elsewhere/c/.oact/redis/tls.crt' } })));
    writeFileSync(join(redisDirOf(campaign.dir), 'tls.crt'), 'OWN');
    ensureSecret(secretPathOf(campaign.dir, 'board'));
    expect(readCampaignRedis(campaign.dir, 'board')?.tls).toEqual({ ca: 'OWN' });
  });

  it('cannot be had from another node when the server listens on loopback', () => {
    writeRecord(JSON.stringify(aRecord({ host: '127.0.0.1' })));
    expect(() => readCampaignRedis(campaign.dir, 'consumer')).toThrow(
      expect.objectContaining({ code: 'REDIS_OTHER_NODE', hint: expect.stringContaining('--bind') }),
    );
    writeRecord(JSON.stringify(aRecord({ host: '127.0.0.1', node: hostname() })));
    ensureSecret(secretPathOf(campaign.dir, 'consumer'));
    expect(readCampaignRedis(campaign.dir, 'consumer')?.url).toBe('redis://127.0.0.1:7000/0');
  });

  it.each(['', '{', '{"v":2}', '[]'])('is refused from a server.json that holds %j', (text) => {
    writeRecord(text);
    expect(() => readCampaignRedis(campaign.dir, 'consumer')).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});

describe('a secret', () => {
  it('is made once, for its owner only', () => {
    const path = join(campaign.dir, '.oact', 'board.token');
    const secret = ensureSecret(path);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(ensureSecret(path)).toBe(secret);
    expect(readFileSync(path, 'utf8').trim()).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(['board.token']);
  });

  it.each([0o640, 0o604, 0o620, 0o777])('is refused with mode %o', (mode) => {
    const path = join(campaign.dir, 'secret');
    ensureSecret(path);
    chmodSync(path, mode);
    expect(() => readSecret(path)).toThrow(expect.objectContaining({ code: 'SECRET_EXPOSED' }));
    expect(() => ensureSecret(path)).toThrow(expect.objectContaining({ code: 'SECRET_EXPOSED' }));
  });

  it('that is missing is named', () => {
    expect(() => readSecret(join(campaign.dir, 'none'))).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});
