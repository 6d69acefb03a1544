import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isLoopback, redisDirOf, type ServerRecord } from '../../core/redis/campaign-redis.ts';
import { OactError } from '../../core/errors.ts';
import { networkFileSystemOf } from '../../core/network-file-system.ts';
import { findRedisProgram, type RedisProgram } from './find-redis-program.ts';
import { describeFewClients } from './settings/few-clients.ts';
import { choosePort } from './free-port.ts';
import { explainHungServer } from './hung/explain-hung-server.ts';
import { takeDump } from './kept/hand-over.ts';
import { launchServer } from './launch-server.ts';
import { ensureOwnCertificate } from './tls/own-certificate.ts';
import { loadScripts } from './rights/load-scripts.ts';
import { hasSelectorsOf, refreshRights } from './rights/refresh-rights.ts';
import { parseServerPort } from './settings/render-server-config.ts';
import { readServerStatus } from './server-status.ts';
import { reachedAs, serverFileNames, writeServerFiles } from './settings/write-server-files.ts';
import { holdFileLock } from '../../workflow/database/hold-file-lock.ts';
import { readPlainFileSync } from '../../core/plain-file.ts';

export interface StartServerOptions {
  campaignDir: string;
  campaignId: string;
  /** Address or name that the nodes reach, `0.0.0.0` for all interfaces; default: this node only. */
  bind?: string;
  /** Default: the port of the last time, if it is free. */
  port?: number;
  /** A directory on a local disk, for the append-only file. */
  dataDir?: string;
  /** Files in PEM; clients check the certificate by `caFile`, which all nodes must see. */
  tls?: { certFile: string; keyFile: string; caFile?: string };
  /** Without `tls`: with a certificate of its own, made at the first start, when it serves other nodes. */
  ownTls?: boolean;
  /**
   * It lives with one `oact serve --with-redis`: it keeps nothing on disk, begins with the queue that the last one handed over, and may
   * take the place of one of its kind that cannot be reached, if its keeper is known to be gone.
   */
  kept?: { mayReplace: boolean };
  /** Where to look for a server program, instead of the usual places. */
  programs?: readonly string[];
}

export interface StartedServer {
  record: ServerRecord;
  alreadyRan: boolean;
  /** It began with the queue that another one handed over. */
  hasQueue: boolean;
  /** What the reader should know, one sentence each. */
  warnings: string[];
}

/**
 * Starts a campaign's own Redis as the ordinary user, detached, so that it outlives the command; returns
 * when it answers. Passwords and users are made at the first start and kept.
 * @throws OactError REDIS_NOT_FOUND, REDIS_START_FAILED, REDIS_WRONG_VERSION, PORT_IN_USE, SECRET_EXPOSED
 */
export async function startServer(options: StartServerOptions): Promise<StartedServer> {
  const campaignDir = resolve(options.campaignDir);
  const dir = redisDirOf(campaignDir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return withStartLock(dir, async () => {
    const status = await readServerStatus(campaignDir);
    if (status.state === 'running') {
      const { record, info } = status;
      const warnings = await refreshRights(record, info, { campaignDir, campaignId: options.campaignId });
      await loadScripts(record, campaignDir);
      if (record.keptBy === 'serve' && options.kept === undefined)
        warnings.push(
          `it belongs to an allocation and ends with it: oact serve --with-redis on ${record.node}`,
        );
      return { record, alreadyRan: true, hasQueue: true, warnings };
    }
    // Two servers on one append-only file destroy it, so one that does not answer is not simply replaced.
    const mayReplace =
      options.kept?.mayReplace === true && status.state === 'unreachable' && status.record.keptBy === 'serve';
    if (status.state === 'unreachable' && !mayReplace)
      throw explainHungServer(status.record, campaignDir, status.error, 'REDIS_START_FAILED');
    return startFresh({ ...options, campaignDir }, dir);
  });
}

async function startFresh(options: StartServerOptions, dir: string): Promise<StartedServer> {
  const program = await findRedisProgram(options.programs);
  if (!program) {
    throw new OactError('REDIS_NOT_FOUND', 'this machine has neither redis-server nor valkey-server', {
      hint: 'Install Redis (with apt, dnf, conda or spack), or put it on PATH. oact run works without it.',
    });
  }
  const dataDir = resolve(options.dataDir ?? join(dir, 'data'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const network = networkFileSystemOf(dataDir);
  const hasSelectors = hasSelectorsOf(program);
  const port = await choosePort(options.port, readLastPort(dir));
  const { campaignDir, campaignId, bind = '127.0.0.1' } = options;
  const isOpen = !isLoopback(bind);
  const tls =
    options.tls ??
    (isOpen && options.ownTls === true ? await ensureOwnCertificate(dir, reachedAs(bind)) : undefined);
  const isKept = options.kept !== undefined;
  const appendOnly = network === undefined && !isKept;
  const hasQueue = isKept && takeDump(campaignDir, dataDir);
  const shared = { campaignDir, campaignId, bind, port, dataDir, appendOnly, hasSelectors };
  const configFile = writeServerFiles({ ...shared, ...(tls && { tls }) });
  const { record, info } = await launchServer(program, configFile, {
    campaignDir,
    bind,
    port,
    ...(tls && { tls }),
    isKept,
  });
  await loadScripts(record, campaignDir);
  const warnings = listWarnings(program, hasSelectors, dataDir, isKept ? undefined : network);
  if (isOpen && tls === undefined)
    warnings.push(
      'without TLS, passwords and jobs cross the network unencrypted: anyone who can read the traffic can take and change jobs',
    );
  const few = describeFewClients(info.maxClients);
  return { record, alreadyRan: false, hasQueue, warnings: few === undefined ? warnings : [...warnings, few] };
}

function readLastPort(dir: string): number | undefined {
  try {
    return parseServerPort(readPlainFileSync(join(dir, serverFileNames.config)));
  } catch {
    return undefined;
  }
}

function listWarnings(
  program: RedisProgram,
  hasSelectors: boolean,
  dataDir: string,
  network?: string,
): string[] {
  const warnings: string[] = [];
  if (network !== undefined) {
    warnings.push(
      `${dataDir} is on ${network}, so Redis keeps nothing on disk. To keep the queue on disk, give a local directory with --data-dir. ` +
        'Nothing is lost: oact rebuilds the queue from the database.',
    );
  }
  if (!hasSelectors) {
    warnings.push(
      `Redis ${program.version} cannot protect the jobs of one consumer from another; Redis 7 can.`,
    );
  }
  return warnings;
}

/**
 * Lets one process at a time start the server of a campaign: two on one append-only file destroy it.
 * @throws OactError REDIS_START_FAILED when another process is starting it
 */
async function withStartLock<T>(dir: string, start: () => Promise<T>): Promise<T> {
  const lock = holdFileLock(join(dir, 'starting.lock'));
  if (!lock)
    throw new OactError('REDIS_START_FAILED', `another oact redis start is at work in ${dir}`, {
      hint: 'Wait until it has ended.',
    });
  try {
    return await start();
  } finally {
    lock.release();
  }
}
