import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findOnPath } from '../../consumer/fitness/find-on-path.ts';
import { judgeWriteError } from '../../consumer/fitness/judge-node.ts';
import { measureFreeBytes, probeDirectory } from '../../consumer/fitness/probe-directory.ts';
import { isLoopback } from '../../core/redis/campaign-redis.ts';
import { checkRedis } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import { OactError, systemErrorCode } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { networkFileSystemOf } from '../../core/network-file-system.ts';
import { describeRedis } from '../../core/redis/redis-address.ts';
import { findRedis } from '../../infra/redis/find-redis.ts';
import { probeSchedulers } from '../../scheduler/probe-schedulers.ts';
import { readServerStatus } from '../../infra/redis/server-status.ts';
import { findOrcaOf } from '../node/plan-node.ts';
import { type CheckLine, fail, failOf, lineOf, ok, skip, warn } from './check-line.ts';
import {
  judgeDatabase,
  judgeDirectories,
  judgeNodeVersion,
  judgeRedis,
  judgeSchedulers,
  judgeUnset,
} from './judge-login.ts';
import { answers, type Check } from './run-checks.ts';

const gigabyte = 2 ** 30;
/** A DFT job keeps 1 to 60 MB: this holds a hundred of the largest. */
const scarceBytes = 6 * gigabyte;

/** What a login node needs. Without a campaign the rest is looked at all the same. */
export function listLoginChecks(campaign: Campaign | undefined): Check[] {
  const schedulers = probeSchedulers((program) => findOnPath(program, inheritedEnvironment()['PATH'] ?? ''));
  // Two checks wait for it; each says so itself if it fails.
  schedulers.catch(() => undefined);
  const inCampaign = (
    name: string,
    limitSeconds: number,
    look: (here: Campaign) => Promise<CheckLine[]>,
  ): Check => ({
    name,
    limitSeconds,
    run: async () =>
      campaign === undefined
        ? [skip(name, 'no campaign in this directory: change to one, or name it with -C DIR')]
        : look(campaign),
  });
  return [
    {
      name: 'node.js',
      limitSeconds: 1,
      run: () => Promise.resolve([judgeNodeVersion(process.versions.node)]),
    },
    inCampaign('database', 20, checkDatabase),
    inCampaign('job root', 15, checkJobRoot),
    inCampaign('redis', 15, async (here) => {
      const hasScheduler = await schedulers.then(
        (found) => found.length > 0,
        () => false,
      );
      return checkCampaignRedis(here, hasScheduler);
    }),
    { name: 'scheduler', limitSeconds: 10, run: async () => judgeSchedulers(await schedulers) },
    inCampaign('orca', 10, checkOrcaPath),
  ];
}

async function checkDatabase(campaign: Campaign): Promise<CheckLine[]> {
  const path = campaign.databasePath;
  if (!(await answers(path)))
    return [fail('database', `the file system of ${path} does not answer`, "Ask the site's support.")];
  // SQLite's native module is loaded here and nowhere else: a compute node has no use for it.
  const { openCampaignWorkflow } = await import('../campaign/open-campaign.ts');
  const { countByStatus } = await import('../../workflow/reports/count-by-status.ts');
  const workflow = openCampaignWorkflow(campaign, { readOnly: true, tries: 1 });
  const { countUnset } = await import('../../workflow/records/count-unset.ts');
  const records = countByStatus(workflow).total;
  const { isNumberedById } = await import('../../workflow/records/insert-structures.ts');
  const { countSharedOrigIndexes } = await import('../../workflow/records/find-shared-orig-indexes.ts');
  const unset = countUnset(workflow, 'all');
  const shared = countSharedOrigIndexes(workflow);
  const isById = isNumberedById(workflow);
  workflow.close();
  const isWritable = await Promise.all([
    access(path, constants.W_OK),
    access(dirname(path), constants.W_OK),
  ]).then(
    () => true,
    () => false,
  );
  return [
    judgeDatabase({ path, records, networkFileSystem: networkFileSystemOf(path), isWritable }),
    ...judgeUnset(unset),
    ...judgeDirectories(campaign.config.jobDirPattern, isById, shared),
  ];
}

async function checkJobRoot({ jobRoot }: Campaign): Promise<CheckLine[]> {
  if (!(await answers(jobRoot)))
    return [fail('job root', `the file system of ${jobRoot} does not answer`, "Ask the site's support.")];
  const code = await mkdir(jobRoot, { recursive: true }).then(
    () => probeDirectory(jobRoot),
    (error: unknown) => systemErrorCode(error) ?? 'it cannot be created',
  );
  if (code !== undefined) return [lineOf('job root', judgeWriteError('job root', jobRoot, code), '')];
  const free = await measureFreeBytes(jobRoot);
  const words = `${jobRoot}: writable, ${Math.floor(free / gigabyte)} GB free, on ${networkFileSystemOf(jobRoot) ?? 'a local file system'}`;
  return [
    free < scarceBytes
      ? warn('job root', words, 'Free some space: a job keeps up to 60 MB.')
      : ok('job root', words),
  ];
}

async function checkCampaignRedis(campaign: Campaign, hasScheduler: boolean): Promise<CheckLine[]> {
  const { url } = campaign.config.redis;
  if (url === null) {
    const status = await readServerStatus(campaign.dir, 'producer');
    if (status.state === 'none')
      return [
        warn(
          'redis',
          'this campaign has no Redis yet',
          'oact run starts one itself. For a cluster, run oact redis start --bind <address that the nodes reach>.',
        ),
      ];
    if (status.state === 'stopped')
      return [fail('redis', "this campaign's Redis no longer runs", 'Start it again with oact redis start.')];
  }
  try {
    const { address } = await findRedis({
      campaignDir: campaign.dir,
      role: 'producer',
      ...(url !== null && { url }),
    });
    const redis = await connectRedis(address, { name: 'oact doctor', reconnect: false });
    const info = await checkRedis(redis).finally(() => redis.disconnect());
    const host = new URL(address.url).hostname.replace(/^\[|\]$/g, '');
    return judgeRedis({ where: describeRedis(address), isLoopback: isLoopback(host), info }, hasScheduler);
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return [failOf(error.code === 'REDIS_EVICTS' ? 'eviction' : 'redis', error)];
  }
}

async function checkOrcaPath(campaign: Campaign): Promise<CheckLine[]> {
  try {
    const path = await findOrcaOf({}, campaign);
    return [ok('orca', `${path}; run oact doctor node on a node to test that it starts`)];
  } catch (error) {
    if (campaign.config.orca.path !== null) return [failOf('orca', error)];
    const { message, cure } = failOf('orca', error);
    return [warn('orca', message, cure)];
  }
}
