import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addressOfServer, caFileOf, type ServerRecord } from '../../core/redis/campaign-redis.ts';
import type { RedisInfo } from '../../core/redis/check-redis.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { OactError } from '../../core/errors.ts';
import { describeRedis } from '../../core/redis/redis-address.ts';
import { explainHungServer } from '../../infra/redis/hung/explain-hung-server.ts';
import { readServerStatus } from '../../infra/redis/server-status.ts';
import { fingerprintOf } from '../../infra/redis/tls/own-certificate.ts';
import { reachedAs } from '../../infra/redis/settings/write-server-files.ts';
import { startServer } from '../../infra/redis/start-server.ts';
import { stopServer } from '../../infra/redis/stop-server.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { refuseCopy } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';

/** Flags of `oact redis start`. */
export interface RedisStartFlags {
  bind?: string;
  port?: number;
  dataDir?: string;
  tlsCert?: string;
  tlsKey?: string;
  tlsCa?: string;
  /** False by --no-tls. */
  tls?: boolean;
  json?: boolean;
}

export async function startRedis(command: Command, flags: RedisStartFlags): Promise<void> {
  const campaign = campaignOf(command);
  // Its files name the server of the original.
  refuseCopy(campaign);
  const { tlsCert, tlsKey, tlsCa, bind, port, dataDir } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new OactError('USAGE', 'TLS needs a certificate and its key', {
      hint: 'Give both --tls-cert and --tls-key.',
    });
  }
  const { record, alreadyRan, warnings } = await startServer({
    campaignDir: campaign.dir,
    campaignId: campaign.config.campaign,
    ...(bind !== undefined && { bind }),
    ...(port !== undefined && { port }),
    ...(dataDir !== undefined && { dataDir }),
    ownTls: flags.tls !== false,
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: {
          certFile: resolve(tlsCert),
          keyFile: resolve(tlsKey),
          ...(tlsCa !== undefined && { caFile: resolve(tlsCa) }),
        },
      }),
  });
  if (alreadyRan) {
    const ignored = listIgnored(flags, record);
    if (ignored.length > 0)
      warnings.push(
        `the server already runs, so ${ignored.join(', ')} had no effect: run oact redis stop first, then oact redis start with these flags`,
      );
  }
  for (const warning of warnings) process.stderr.write(`oact: ${warning}\n`);
  const address = addressOfServer(record, campaign.dir, 'producer');
  const caFile = caFileOf(record, campaign.dir);
  const fingerprint = caFile === null ? null : fingerprintOf(caFile);
  if (flags.json === true)
    printJson({
      alreadyRan,
      url: address.url,
      kind: address.kind,
      pid: record.pid,
      node: record.node,
      tlsFingerprint: fingerprint,
      warnings,
    });
  else
    print(
      `${alreadyRan ? 'already runs' : 'started'}: ${describeRedis(address)} (process ${record.pid} on ${record.node})${fingerprint === null ? '' : `\nencrypted; SHA-256 of its certificate: ${fingerprint}`}`,
    );
}

/** Flags that ask for another server than the one that runs. */
function listIgnored({ bind, port, tls, tlsCert }: RedisStartFlags, record: ServerRecord): string[] {
  const differs = {
    '--bind': bind !== undefined && reachedAs(bind) !== record.host,
    '--port': port !== undefined && port !== record.port,
    '--no-tls': tls === false && record.tls !== null,
    '--tls-cert': tlsCert !== undefined && record.tls === null,
  };
  return Object.entries(differs).flatMap(([flag, isOther]) => (isOther ? [flag] : []));
}

export async function stopRedis(command: Command, flags: { force?: boolean }): Promise<void> {
  const campaign = campaignOf(command);
  refuseCopy(campaign);
  const stopped = await stopServer(campaign.dir, { isForced: flags.force === true });
  if (!stopped) throw notRunning();
  print('stopped');
}

export async function printRedisUrl(command: Command): Promise<void> {
  const campaign = campaignOf(command);
  const status = await readServerStatus(campaign.dir);
  if (status.state === 'unreachable') throw explainHungServer(status.record, campaign.dir, status.error);
  if (status.state !== 'running') throw notRunning();
  print(addressOfServer(status.record, campaign.dir, 'producer').url);
}

export async function showRedisStatus(command: Command, flags: { json?: boolean }): Promise<void> {
  const campaign = campaignOf(command);
  const status = await readServerStatus(campaign.dir);
  if (flags.json === true) {
    printJson(
      status.state === 'unreachable'
        ? { ...status, error: explainHungServer(status.record, campaign.dir, status.error).message }
        : status,
    );
    return;
  }
  if (status.state === 'unreachable') throw explainHungServer(status.record, campaign.dir, status.error);
  if (status.state !== 'running') throw notRunning();
  print(renderRedisStatus(status.record, status.info));
}

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

function renderRedisStatus(record: ServerRecord, info: RedisInfo): string {
  const limit = info.maxMemoryBytes > 0 ? ` of ${megabytes(info.maxMemoryBytes)}` : '';
  return [
    `${record.kind} ${info.version} runs on ${record.node}, ${record.host}:${record.port} (process ${record.pid}), for ${formatDuration(info.uptimeSeconds)}`,
    `memory   ${megabytes(info.usedMemoryBytes)}${limit}, ${info.evictionPolicy}`,
    `clients  ${info.connectedClients} of ${info.maxClients}`,
    `durable  ${info.appendOnly ? 'yes, append-only file' : 'no: after a restart, oact rebuilds the queue from the database'}`,
  ].join('\n');
}

function notRunning(): OactError {
  return new OactError('NOTHING_TO_DO', "this campaign's Redis does not run", {
    hint: 'Start it with oact redis start.',
  });
}
