import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { isLoopback, redisDirOf, type RedisRole, secretPathOf } from '../../../core/redis/campaign-redis.ts';
import { ensureSecret } from '../../../core/config/secret-file.ts';
import { renderAclFile } from '../rights/render-acl.ts';
import { renderServerConfig } from './render-server-config.ts';
import { readPlainFileSync } from '../../../core/plain-file.ts';

export interface ServerFiles {
  campaignDir: string;
  campaignId: string;
  bind: string;
  port: number;
  tls?: { certFile: string; keyFile: string };
  dataDir: string;
  appendOnly: boolean;
  hasSelectors: boolean;
}

/** The configuration and log file of a campaign's server. */
export const serverFileNames = { config: 'redis.conf', log: 'redis.log', acl: 'users.acl' } as const;

/** The name or address under which other nodes reach a server that listens at `bind`. */
export function reachedAs(bind: string): string {
  return isEveryInterface(bind) ? hostname() : bind;
}

/** True for an address that means every interface. */
function isEveryInterface(bind: string): boolean {
  return ['0.0.0.0', '::', '*'].includes(bind);
}

/**
 * Writes a campaign's server configuration, its ACL users and, the first time, their passwords; all readable
 * by the owner only. Users are written anew at each start, so that a new version of oact brings its rights.
 * @returns the path of the configuration
 * @throws OactError SECRET_EXPOSED
 */
export function writeServerFiles(files: ServerFiles): string {
  const dir = redisDirOf(files.campaignDir);
  const aclFile = aclFileOf(files.campaignDir);
  const { bind, port, tls, dataDir, appendOnly } = files;
  writeAclFile(files);
  const config = renderServerConfig({
    // Loopback too, so that what runs beside the server needs no network.
    bind: isLoopback(bind) || isEveryInterface(bind) ? [bind] : ['127.0.0.1', bind],
    port,
    ...(tls && { tls: { certFile: resolve(tls.certFile), keyFile: resolve(tls.keyFile) } }),
    dataDir,
    logFile: join(dir, serverFileNames.log),
    aclFile,
    appendOnly,
  });
  const configFile = join(dir, serverFileNames.config);
  writeFileSync(configFile, config, { mode: 0o600 });
  return configFile;
}

const aclFileOf = (campaignDir: string): string => join(redisDirOf(campaignDir), serverFileNames.acl);

/**
 * Writes the users of a campaign's server with their rights, and their passwords when there are none yet.
 * @returns false when the file was the same already
 * @throws OactError SECRET_EXPOSED
 */
export function writeAclFile(
  files: Pick<ServerFiles, 'campaignDir' | 'campaignId' | 'hasSelectors'>,
  consumersSendScripts = false,
): boolean {
  const { campaignDir, campaignId, hasSelectors } = files;
  const password = (role: RedisRole): string => ensureSecret(secretPathOf(campaignDir, role));
  const passwords = {
    admin: password('admin'),
    producer: password('producer'),
    consumer: password('consumer'),
    board: password('board'),
  };
  const path = aclFileOf(campaignDir);
  const text = renderAclFile({ campaignId, passwords, hasSelectors, consumersSendScripts });
  if (existsSync(path) && readPlainFileSync(path) === text) return false;
  writeFileSync(path, text, { mode: 0o600 });
  return true;
}
