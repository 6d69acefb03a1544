import type { RedisInfo } from '../../core/redis/check-redis.ts';
import type { SchedulerAnswer } from '../../scheduler/probe-schedulers.ts';
import { consumersWithin, describeFewClients } from '../../infra/redis/settings/few-clients.ts';
import { schedulers } from '../../scheduler/schedulers.ts';
import type { Unset } from '../../workflow/records/count-unset.ts';
import { describeUnset } from '../import/describe-unset.ts';
import { type CheckLine, fail, ok, skip, warn } from './check-line.ts';

/** The oldest Node that package.json allows. */
const oldestNode: readonly [number, number] = [20, 19];

/** @param version `20.20.2` */
export function judgeNodeVersion(version: string): CheckLine {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return isOld
    ? fail(
        'node.js',
        `Node ${version} is too old: oact needs ${oldestNode.join('.')}`,
        'Load a newer module, or put a newer Node first on PATH.',
      )
    : ok('node.js', `Node ${version}`);
}

/** Charges and multiplicities that no source has said are right only by luck. */
export function judgeUnset(unset: Unset): CheckLine[] {
  const words = describeUnset(unset);
  if (words === undefined) return [];
  return [
    warn('charges', words, 'Set them before these records run: oact set ID --charge N --multiplicity N.'),
  ];
}

/**
 * Directories that the existing dashboard would take for those of other records, or that records would share.
 * @param isNumberedById every record has its id as orig_index
 * @param shared values of orig_index that several records have
 */
export function judgeDirectories(pattern: string, isNumberedById: boolean, shared: number): CheckLine[] {
  if (!pattern.includes('{id}') && shared > 0)
    return [
      warn(
        'directories',
        `${shared} values of orig_index belong to several records, which ${pattern} gives one directory`,
        'Those records do not run. Set jobDirPattern in oact.yaml to a pattern with {id}.',
      ),
    ];
  if (!pattern.includes('{id}') || isNumberedById) return [];
  return [
    warn(
      'directories',
      `jobDirPattern is ${pattern}, and orig_index is not the record id: the existing dashboard reads other directories by default`,
      `Call it with --job-dir-pattern '${pattern}'.`,
    ),
  ];
}

export interface DatabaseFacts {
  path: string;
  records: number;
  /** `Lustre`, `NFS`…; undefined: a local disk, or a kind not known here. */
  networkFileSystem: string | undefined;
  isWritable: boolean;
}

export function judgeDatabase({ path, records, networkFileSystem, isWritable }: DatabaseFacts): CheckLine {
  const place = networkFileSystem === undefined ? 'a local file system' : networkFileSystem;
  if (!isWritable)
    return fail(
      'database',
      `${path} or its directory cannot be written`,
      'Check owner and permissions of both; SQLite keeps its journal beside the file.',
    );
  return ok('database', `${path}: ${records} records, on ${place}, rollback journal`);
}

export interface RedisFacts {
  /** `redis-server at redis://login1:6390/0`. */
  where: string;
  isLoopback: boolean;
  info: RedisInfo;
}

/** @param hasScheduler jobs will run on other nodes than this one */
export function judgeRedis({ where, isLoopback, info }: RedisFacts, hasScheduler: boolean): CheckLine[] {
  const product = info.product === 'valkey' ? `Valkey (Redis ${info.version})` : `Redis ${info.version}`;
  const memory = info.maxMemoryBytes > 0 ? info.usedMemoryBytes / info.maxMemoryBytes : 0;
  const percent = Math.round(memory * 100);
  return [
    isLoopback && hasScheduler
      ? warn(
          'redis',
          `${where} is reachable only from this node`,
          'For jobs on other nodes, run oact redis stop, then oact redis start --bind <address that the nodes reach>.',
        )
      : ok('redis', `${where}: ${product}, primary, ${info.connectedClients} connections`),
    info.appendOnly
      ? ok('persistence', 'append-only file: the queue survives a crash of the server')
      : warn(
          'persistence',
          'this Redis keeps nothing on disk',
          'After a crash, oact rebuilds the queue from the database. To keep the queue on disk, set appendonly yes, or use oact redis start.',
        ),
    memory > 0.8
      ? warn(
          'eviction',
          `${percent} % of maxmemory is used; a full Redis refuses new jobs`,
          'Raise maxmemory, or lower queue.highWater.',
        )
      : ok(
          'eviction',
          info.maxMemoryBytes > 0
            ? `${info.evictionPolicy}, ${percent} % of maxmemory used`
            : 'no memory limit, so Redis deletes nothing',
        ),
    ...judgeClients(info.maxClients),
  ];
}

/** A campaign of this many nodes is large. */
const manyConsumers = 1000;

/** Nothing to say about a Redis that takes as many clients as oact asks for. */
function judgeClients(taken: number): CheckLine[] {
  if (describeFewClients(taken) === undefined) return [];
  const consumers = consumersWithin(taken);
  const words = `Redis accepts ${taken} clients, enough for about ${consumers} consumers`;
  if (consumers >= manyConsumers) return [ok('clients', words)];
  return [
    warn(
      'clients',
      words,
      'For more, raise ulimit -n and restart with oact redis stop and start; for another Redis, raise maxclients.',
    ),
  ];
}

/** `sbatch, flux or qsub`. */
const programs = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  Object.values(schedulers).map(({ probe }) => probe.program),
);

export function judgeSchedulers(found: readonly SchedulerAnswer[]): CheckLine[] {
  if (found.length === 0)
    return [skip('scheduler', `${programs} not on PATH: jobs can run on this machine (oact run)`)];
  return found.map(({ scheduler, program, answer, error }) =>
    error === null
      ? ok('scheduler', `${scheduler} (${program}) answers: ${answer}`)
      : warn(
          'scheduler',
          `${scheduler} (${program}) does not answer: ${error}`,
          "Try again later, or ask the site's support.",
        ),
  );
}
