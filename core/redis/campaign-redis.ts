import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { OactError, systemErrorCode } from '../errors.ts';
import type { RedisAddress } from './redis-address.ts';
import { readSecret } from '../config/secret-file.ts';
import { readPlainFileSync } from '../plain-file.ts';

/** The users of a campaign's own server; the reconciler works as producer. Rights: infra/redis/rights/render-acl.ts. */
export const redisRoles = ['admin', 'producer', 'consumer', 'board'] as const;
export type RedisRole = (typeof redisRoles)[number];

const serverRecordSchema = z.strictObject({
  v: z.literal(1),
  kind: z.enum(['redis-server', 'valkey-server']),
  /** As the nodes reach it. */
  host: z.string().min(1),
  port: z.int().positive(),
  tls: z.strictObject({ caFile: z.string().nullable() }).nullable(),
  pid: z.int().positive(),
  /** Host name of the node that runs it. */
  node: z.string().min(1),
  startedAt: z.iso.datetime(),
  /** `serve`: one of `oact serve --with-redis`, which keeps it and may replace it; else of `oact redis start`. */
  keptBy: z.enum(['serve']).optional(),
});

/** What `oact redis start` leaves in `server.json` for everybody who works on the campaign. */
export type ServerRecord = z.infer<typeof serverRecordSchema>;

/** Where a campaign's own Redis keeps its files. */
export function redisDirOf(campaignDir: string): string {
  return join(campaignDir, '.oact', 'redis');
}

export function serverRecordPath(campaignDir: string): string {
  return join(redisDirOf(campaignDir), 'server.json');
}

export function secretPathOf(campaignDir: string, role: RedisRole): string {
  return join(redisDirOf(campaignDir), `${role}.secret`);
}

/**
 * What `server.json` says, or undefined without one. The server it names may be gone.
 * @throws OactError FILE_UNREADABLE when it is there but not as oact writes it
 */
export function readServerRecord(campaignDir: string): ServerRecord | undefined {
  const path = serverRecordPath(campaignDir);
  try {
    return serverRecordSchema.parse(JSON.parse(readPlainFileSync(path)));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM')
      throw new OactError('FILE_UNREADABLE', `${path} cannot be read: permission denied`, {
        hint: "Only the user who started the campaign's Redis can use it. oact status, export and report work without it.",
        cause: error,
      });
    if (code !== undefined) throw error;
    throw new OactError('FILE_UNREADABLE', `oact redis start did not write ${path}`, {
      hint: 'If this campaign has no running server, delete the file and run oact redis start again.',
      cause: error,
    });
  }
}

/** True when a server at this address can be reached only from its own node. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * A role's way to a server of this campaign.
 * @throws OactError SECRET_EXPOSED, FILE_UNREADABLE
 */
export function addressOfServer(server: ServerRecord, campaignDir: string, role: RedisRole): RedisAddress {
  const tls = tlsOfServer(server, campaignDir);
  const host = server.host.includes(':') ? `[${server.host}]` : server.host;
  return {
    kind: server.kind,
    url: `${server.tls ? 'rediss' : 'redis'}://${host}:${server.port}/0`,
    username: role,
    password: readSecret(secretPathOf(campaignDir, role)),
    hasScripts: true,
    ...(tls && { tls }),
  };
}

/** The certificate that oact made for a campaign's server, below that campaign. */
export const ownCertificateName = 'tls.crt';

/**
 * Where the certificate is with which clients check a server; null: among those that the node trusts anyway. That of the campaign itself
 * is below it, by whatever path this node sees it.
 */
export function caFileOf({ tls }: Pick<ServerRecord, 'tls'>, campaignDir: string): string | null {
  const caFile = tls?.caFile ?? null;
  const own = join(redisDirOf(campaignDir), ownCertificateName);
  return caFile?.endsWith(join('/', '.oact', 'redis', ownCertificateName)) === true ? own : caFile;
}

/** How a server's certificate is checked; undefined when it does not encrypt. @throws OactError FILE_UNREADABLE */
export function tlsOfServer(
  server: Pick<ServerRecord, 'tls'>,
  campaignDir: string,
): { ca?: string } | undefined {
  if (server.tls === null) return undefined;
  const caFile = caFileOf(server, campaignDir);
  return caFile === null ? {} : { ca: readCertificate(caFile) };
}

/**
 * The address and password of a role on the campaign's own server: all that a process needs on a node
 * that sees the campaign's directory. Undefined when the campaign has no server.
 * @throws OactError REDIS_OTHER_NODE when the server listens on the loopback of another node,
 * SECRET_EXPOSED, FILE_UNREADABLE
 */
export function readCampaignRedis(campaignDir: string, role: RedisRole): RedisAddress | undefined {
  const server = readServerRecord(campaignDir);
  if (server && isLoopback(server.host) && server.node !== hostname()) {
    throw new OactError('REDIS_OTHER_NODE', `the campaign's Redis serves only its own node, ${server.node}`, {
      hint: `On ${server.node}: oact redis stop, then oact redis start --bind <address that the nodes reach>.`,
    });
  }
  return server && { ...addressOfServer(server, campaignDir, role), follows: campaignDir };
}

function readCertificate(path: string): string {
  try {
    return readPlainFileSync(path);
  } catch (error) {
    throw new OactError('FILE_UNREADABLE', `the certificate ${path} of the campaign's Redis cannot be read`, {
      hint: 'Keep it where every node sees it.',
      cause: error,
    });
  }
}
