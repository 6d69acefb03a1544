/** Whether a process of this node is the campaign's own Redis: asked before anything is done to it by its number. */
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { redisDirOf } from '../../../core/redis/campaign-redis.ts';
import { serverFileNames } from '../settings/write-server-files.ts';

/** What /proc says of a process; each null when it does not say. */
export interface ProcessFacts {
  /** Who runs it. */
  uid: number | null;
  /** The program's file. */
  program: string | null;
  /** Its working directory: Redis goes to its data directory. */
  directory: string | null;
  /** `R`, `S`, `T` (stopped by a signal)…, from /proc/PID/stat. */
  state: string | null;
}

/** The facts of one process of this node. */
export function lookAtServerProcess(pid: number): ProcessFacts {
  const proc = `/proc/${pid}`;
  return {
    uid: orNull(() => statSync(proc).uid),
    program: orNull(() => readlinkSync(join(proc, 'exe')).replace(/ \(deleted\)$/, '')),
    directory: orNull(() => readlinkSync(join(proc, 'cwd')).replace(/ \(deleted\)$/, '')),
    state: orNull(
      () => / ([A-Z]) /.exec(readFileSync(join(proc, 'stat'), 'utf8').replace(/^.*\)/s, ''))?.[1] ?? null,
    ),
  };
}

/**
 * Why a process must not be taken for the campaign's server, or undefined when it is the one: a process id is given to another
 * program soon after its own has ended.
 * @param dataDir where the campaign's server keeps its files
 */
export function explainForeignProcess(
  facts: ProcessFacts,
  own: { uid: number; dataDir: string | undefined },
): string | undefined {
  if (facts.program === null) return 'its program cannot be seen from this node';
  if (!/^(redis|valkey)-(server|check-rdb|check-aof)$/.test(basename(facts.program)))
    return `it is ${facts.program}, not a Redis server`;
  if (facts.uid !== own.uid) return `it belongs to user ${facts.uid ?? '?'}, not to you`;
  if (own.dataDir === undefined || facts.directory !== own.dataDir)
    return `it is a Redis that runs in ${facts.directory ?? '?'}, not in ${own.dataDir ?? "this campaign's directory"}`;
  return undefined;
}

/** The data directory in the configuration of a campaign's server, without links; undefined when it cannot be read. */
export function readDataDir(campaignDir: string): string | undefined {
  return (
    orNull(() => {
      const text = readFileSync(join(redisDirOf(campaignDir), serverFileNames.config), 'utf8');
      const quoted = /^dir (".*")$/m.exec(text)?.[1];
      const dir: unknown = quoted === undefined ? undefined : JSON.parse(quoted);
      return typeof dir === 'string' ? realpathSync(dir) : null;
    }) ?? undefined
  );
}

function orNull<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}
