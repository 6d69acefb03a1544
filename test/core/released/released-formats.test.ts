/** What released versions wrote is still read: files in test/fixtures/released, written by the code of that commit or typed from its schemas. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readServerRecord, serverRecordPath } from '../../../core/redis/campaign-redis.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { configFileName, loadCampaign } from '../../../core/config/load-config.ts';
import {
  announcementsKey,
  drainRequestsKey,
  readRegistry,
} from '../../../core/progress/consumer-registry.ts';
import { cancelRequestsKey } from '../../../core/job/cancellation.ts';
import { parseHistory } from '../../../core/job/job-history.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

const released = join(findPackageRoot(), 'test', 'fixtures', 'released');
const versions = readdirSync(released);

/** Removed with the test. */
const campaignDir = (): string => {
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  return campaign.dir;
};

describe.each(versions)('what %s wrote', (version) => {
  const pathOf = (name: string): string => join(released, version, name);
  const read = (name: string): string => readFileSync(pathOf(name), 'utf8');

  it('an announcement of a consumer', () => {
    const now = new Date('2026-11-28T10:05:01.000Z');
    const { consumers, unreadable } = readRegistry(
      { 'n7:4711:0a1b2c3d': read('announcement.json') },
      {},
      now,
    );
    expect(unreadable).toBe(0);
    expect(consumers).toMatchObject([
      { node: 'n7', state: 'running', busy: 1, slots: 4, jobs: [{ jobId: 'c17-a1', formula: 'UO2F2' }] },
    ]);
  });

  it("a job's history", () => {
    expect(parseHistory(JSON.parse(read('history.json')))).toMatchObject({
      faults: 1,
      handedBack: 2,
      start: 4,
      node: 'n7',
      lastFault: 'the scratch directory is full',
    });
  });

  it('server.json', () => {
    const dir = campaignDir();
    mkdirSync(dirname(serverRecordPath(dir)), { recursive: true });
    copyFileSync(pathOf('server.json'), serverRecordPath(dir));
    expect(readServerRecord(dir)).toMatchObject({
      host: '10.0.0.5',
      port: 6390,
      tls: { caFile: '/lustre/me/ca.pem' },
    });
  });

  it('oact.yaml', () => {
    const dir = campaignDir();
    copyFileSync(pathOf('oact.yaml'), join(dir, configFileName));
    const { config } = loadCampaign(dir);
    expect(config).toMatchObject({
      campaign: '0a1b2c3d',
      orca: { path: '/opt/orca/orca' },
      job: { timeLimit: 72_000, maxFailCount: 3 },
      node: { coresPerSlot: 16 },
    });
  });
});

it('keys in Redis are those of the first release: two versions share a queue', () => {
  expect(queuePrefix('0a1b2c3d')).toBe('{oact-0a1b2c3d}');
  expect(announcementsKey('0a1b2c3d', 'default')).toBe('{oact-0a1b2c3d}:default:consumers');
  expect(drainRequestsKey('0a1b2c3d', 'default')).toBe('{oact-0a1b2c3d}:default:drain-requests');
  expect(cancelRequestsKey('0a1b2c3d', 'default')).toBe('{oact-0a1b2c3d}:default:cancel-requests');
});
