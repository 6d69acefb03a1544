import { createHash } from 'node:crypto';
import { realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.ts';
import type { Finding } from './judge-node.ts';
import { judgeMpirun, judgeRanks, type MpirunFacts } from './judge-mpirun.ts';
import { formatCpuList } from '../cores/parse-cpu-list.ts';
import { inProbeDirectory, probeEnvironment } from './probe-orca.ts';
import { runProbe } from './run-probe.ts';
import { openScratchBase } from '../files/run-scratch.ts';
import { wantedOpenMpi } from './mpi-versions.ts';

export interface MpirunCheck {
  orcaPath: string;
  /** Of the slot that the ranks are held to. */
  cores: readonly number[];
  /** Whether slots are pinned here. */
  pin: boolean;
  /** How long two ranks may take to start. */
  limitMs: number;
  /** Variables that reach ORCA although others of their kind are taken away. */
  keep: readonly string[];
  /** Whether an earlier good answer counts. */
  recall: boolean;
}

/** What each rank does: its mask, and nothing else. */
const rankCommand = ['grep', 'Cpus_allowed_list', '/proc/self/status'];
/** A busy node is no reason to lose it: the second try gets so many times the time of the first. */
const patience = 5;
/** A good answer is believed for a day: what it depends on beside the key are files of the site. */
const rememberMs = 86_400_000;

/**
 * Starts two ranks by the mpirun that ORCA will find, under the mask and with the environment of a slot, and leaves nothing
 * of them. @returns undefined without an mpirun on PATH
 * @throws a system error when the scratch directory cannot be written
 */
export async function probeMpirun(check: MpirunCheck, cut: AbortSignal): Promise<MpirunFacts | undefined> {
  return inProbeDirectory(async (dir) => {
    const env = probeEnvironment(dir, check.cores, check.keep);
    const path = findOnPath('mpirun', env['PATH'] ?? '');
    if (path === undefined || process.platform !== 'linux') return undefined;
    const version = runProbe([path, '--version'], { dir, env, limitMs: check.limitMs * patience, cut });
    const mask = check.pin ? ['taskset', '-c', formatCpuList(check.cores)] : [];
    const tryRanks = async (limitMs: number): Promise<MpirunFacts['ending']> => {
      const [program = path, ...args] = [...mask, path, '-np', '2', ...rankCommand];
      const end = await runProbe([program, ...args], { dir, env, limitMs, cut });
      return judgeRanks(end, check.pin ? check.cores : null, limitMs);
    };
    const first = await tryRanks(check.limitMs);
    const ending = first.kind === 'hung' && !cut.aborted ? await tryRanks(check.limitMs * patience) : first;
    const versionText = (await version).text.split('\n')[0]?.trim() ?? '';
    const orca = await realpath(check.orcaPath).catch(() => check.orcaPath);
    return { path, versionText, wanted: wantedOpenMpi(orca), ending };
  });
}

/**
 * The same as a finding about the node. A good answer is remembered on the node, so that only the first consumer there waits
 * for it (a sixth of a second when nothing else runs). Never rejects.
 */
export async function checkMpirun(check: MpirunCheck, cut: AbortSignal): Promise<Finding> {
  try {
    const memory = await memoryOf(check);
    if (check.recall && memory !== undefined && (await isFresh(memory))) return { kind: 'fit' };
    const facts = await probeMpirun(check, cut);
    if (facts === undefined || cut.aborted) return { kind: 'fit' };
    const finding = judgeMpirun(facts, check.cores.length);
    if (finding.kind === 'fit' && memory !== undefined) await writeFile(memory, `${JSON.stringify(facts)}\n`);
    return finding;
  } catch {
    // Without a scratch directory it cannot be tried, and that check speaks for itself.
    return { kind: 'fit' };
  }
}

/** Variables on which the answer depends, beside those of MPI. */
const decisiveVariable = /^(PATH|LD_LIBRARY_PATH|LD_PRELOAD|HOME)$|^(OMPI|PRTE|PMIX|UCX|HYDRA)_/;

/** A file on this node whose name holds all that a good answer depends on; undefined: nothing can be kept here. */
async function memoryOf(check: MpirunCheck): Promise<string | undefined> {
  const base = await openScratchBase();
  const env = probeEnvironment('', check.cores, check.keep);
  const path = findOnPath('mpirun', env['PATH'] ?? '');
  if (base === undefined || path === undefined) return undefined;
  const { mtimeMs, size } = await stat(path);
  const variables = Object.entries(env)
    .filter(([name]) => decisiveVariable.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const key = [
    await realpath(path),
    mtimeMs,
    size,
    check.pin,
    check.cores,
    check.orcaPath,
    variables.toSorted((a, b) => (a < b ? -1 : 1)),
  ];
  const hash = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  return join(base, `mpirun-${hash}`);
}

async function isFresh(memory: string): Promise<boolean> {
  const written = await stat(memory).catch(() => undefined);
  return written !== undefined && Date.now() - written.mtimeMs < rememberMs;
}
