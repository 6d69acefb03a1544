import { readFileSync, readlinkSync } from 'node:fs';
import { listProcesses, readStat } from '../../../consumer/process/list-session.ts';

/** A living process as /proc shows it. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  dir: string;
  env: Record<string, string>;
  /** `Cpus_allowed_list`. */
  mask: string;
}

/** All processes that this user may look at, without zombies. */
export function readProcessTable(): Map<number, ProcessEntry> {
  const entries = (listProcesses() ?? []).map(readEntry).filter((entry) => entry !== undefined);
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

function readEntry(pid: number): ProcessEntry | undefined {
  try {
    const [state, parent] = readStat(pid) ?? [];
    if (state === undefined || state === 'Z' || state === 'X') return undefined;
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const env = Object.fromEntries(
      variables
        .map((variable) => /^([^=]+)=(.*)$/s.exec(variable))
        .filter((match) => match !== null)
        .map(([, name, value]): [string, string] => [name ?? '', value ?? '']),
    );
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      pid,
      parent: Number(parent),
      dir: readlinkSync(`/proc/${pid}/cwd`),
      env,
      mask: /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '',
    };
  } catch {
    return undefined;
  }
}

/** The process and those above it, nearest first. */
export function lineageOf(pid: number, table: Map<number, ProcessEntry>): ProcessEntry[] {
  const entry = table.get(pid);
  return entry === undefined ? [] : [entry, ...lineageOf(entry.parent, table)];
}

/** A variable of the process or of the nearest one above it that has it: ORCA does not see those of its allocation. */
export function findVariable(
  pid: number,
  name: string,
  table: Map<number, ProcessEntry>,
): string | undefined {
  return lineageOf(pid, table)
    .map(({ env }) => env[name])
    .find((value) => value !== undefined);
}
