import { readdirSync, readFileSync } from 'node:fs';

/** A process that this run started, directly or not: it has CHAOS_DIR in its environment. */
export interface OwnProcess {
  pid: number;
  parentPid: number;
  sessionId: number;
  program: string;
  /** The emulated node it is on. */
  node: string | undefined;
  /** The job it works on; undefined for oact itself. */
  jobId: string | undefined;
}

/** All of them that live; zombies are gone. */
export function listOwnProcesses(dir: string): OwnProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .map((pid) => readProcess(pid, dir))
    .filter((found) => found !== undefined);
}

function readProcess(pid: number, dir: string): OwnProcess | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    if (!variables.includes(`CHAOS_DIR=${dir}`)) return undefined;
    const valueOf = (name: string): string | undefined =>
      variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1);
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const program = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [state, parentPid, , sessionId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return {
      pid,
      parentPid: Number(parentPid),
      sessionId: Number(sessionId),
      program,
      node: nodeOf(valueOf('CHAOS_NODE'), valueOf('SLURMD_NODENAME')),
      jobId: valueOf('OACT_JOB_ID'),
    };
  } catch {
    return undefined;
  }
}

/** What serve and `alloc submit` submit inherits their environment, and Slurm says on which node it is. */
function nodeOf(started: string | undefined, slurmNode: string | undefined): string | undefined {
  return slurmNode !== undefined && (started === undefined || started === 'serve')
    ? `slurm-${slurmNode}`
    : started;
}
