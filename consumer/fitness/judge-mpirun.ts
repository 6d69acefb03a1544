import type { Finding, ProbeEnd } from './judge-node.ts';
import { parseMasks, strayCpus } from '../cores/parse-cpu-list.ts';
import { parseOpenMpiVersion } from './mpi-versions.ts';

/** What became of two ranks that print their masks. */
export type MpirunEnding =
  | { kind: 'ok' }
  /** Their masks name CPUs outside the slot. */
  | { kind: 'escaped'; masks: string[] }
  | { kind: 'hung'; seconds: number }
  | { kind: 'crashed'; words: string };

/** What was found out about the mpirun of this node. */
export interface MpirunFacts {
  path: string;
  /** First line of `mpirun --version`. */
  versionText: string;
  /** Of Open MPI, as ORCA wants it; null: not known. */
  wanted: string | null;
  ending: MpirunEnding;
}

/** @param cores of the slot; null: slots are not pinned */
export function judgeRanks(end: ProbeEnd, cores: readonly number[] | null, limitMs: number): MpirunEnding {
  if (end.timedOut) return { kind: 'hung', seconds: limitMs / 1000 };
  const masks = parseMasks(end.text);
  if (end.spawnError !== null || end.exitCode !== 0 || masks.length < 2)
    return { kind: 'crashed', words: findWords(end) };
  const isStray = cores !== null && masks.some((mask) => strayCpus(mask, cores).length > 0);
  return isStray ? { kind: 'escaped', masks } : { kind: 'ok' };
}

/** Lines that frame a message of Open MPI or say nothing. */
const emptyWords = /^[-=*\s]*$|^Cpus_allowed_list|^\[[^\]]*\] \*\*\* Process received signal/;

function findWords(end: ProbeEnd): string {
  const how = end.spawnError ?? (end.signal === null ? `exit code ${end.exitCode}` : `signal ${end.signal}`);
  const line = end.text.split('\n').find((one) => !emptyWords.test(one));
  return line === undefined ? how : `${how}: ${line.trim().slice(0, 200)}`;
}

const cures = {
  hung: 'A setting may send it to the scheduler or to another node: look into openmpi-mca-params.conf (of the site and in ~/.openmpi), node.keepEnvironment and OMPI_MCA_ variables.',
  escaped:
    'A setting binds the ranks: look for bind-to and binding_policy in openmpi-mca-params.conf (of the site and in ~/.openmpi) and in node.keepEnvironment, or run one slot per node (--slots 1).',
  crashed: 'Load the Open MPI module that this ORCA was built with, and check LD_LIBRARY_PATH.',
} as const;
const escapeHatch = 'If ORCA finds another mpirun on its own, write node: {mpirunProbe: 0} into oact.yaml.';

/**
 * What it means for this node. An mpirun that hangs, crashes or leaves its slot would ruin every job of several ranks, so
 * that a node with such slots takes none; slots of one core do without mpirun.
 */
export function judgeMpirun(facts: MpirunFacts, coresPerSlot: number): Finding {
  const version = parseOpenMpiVersion(facts.versionText);
  const name = `mpirun (${facts.path}, ${version === null ? facts.versionText || 'version unknown' : `Open MPI ${version}`})`;
  // Of another MPI nothing is known: neither how it binds nor whether ORCA will use it.
  if (version === null && facts.versionText !== '')
    return {
      kind: 'doubtful',
      message: `${name} is not the Open MPI that ORCA is built with. ${cures.crashed}`,
    };
  const { ending } = facts;
  if (ending.kind === 'ok') return judgeVersion(name, version, facts.wanted);
  const what =
    ending.kind === 'hung'
      ? `hangs: two ranks did not start within ${ending.seconds} s`
      : ending.kind === 'escaped'
        ? `lets ranks leave their slot: they may run on ${[...new Set(ending.masks)].join(' and ')}`
        : `cannot start two ranks: ${ending.words}`;
  const message = `${name} ${what}`;
  const hint = `${cures[ending.kind]} ${escapeHatch}`;
  if (coresPerSlot > 1) return { kind: 'unfit', message, hint, mayPass: false };
  return { kind: 'doubtful', message: `${message}; slots of one core do without it. ${hint}` };
}

function judgeVersion(name: string, version: string | null, wanted: string | null): Finding {
  if (version === null || wanted === null || version.split('.')[0] === wanted.split('.')[0])
    return { kind: 'fit' };
  return {
    kind: 'doubtful',
    message: `${name} is of another major version than the Open MPI ${wanted} that this ORCA seems to be built with. ${cures.crashed}`,
  };
}
