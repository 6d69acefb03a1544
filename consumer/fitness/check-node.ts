import { mkdir } from 'node:fs/promises';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { checkMpirun, type MpirunCheck } from './check-mpirun.ts';
import { type Finding, judgeProbe, judgeScratch, judgeWriteError } from './judge-node.ts';
import { measureFreeBytes, probeDirectory } from './probe-directory.ts';
import { probeOrca } from './probe-orca.ts';
import { scratchRoots } from '../files/run-scratch.ts';

export interface NodeUnderTest {
  orcaPath: string;
  jobRoot: string;
  /** The campaign's node-local scratch; null: it has none. */
  scratch?: string | null;
  /** How long ORCA may take to answer. */
  orcaProbeMs: number;
  /** Variables of MPI that reach it. */
  keepEnvironment?: readonly string[];
  /** null: mpirun is not tried. */
  mpirun?: MpirunCheck | null;
}

export interface NodeVerdict {
  /** Why no job can run here, with the cure; null: fit. */
  unfit: string | null;
  /** All that is wrong may pass by itself. */
  mayPass: boolean;
  warnings: string[];
}

/**
 * Whether a job could run on this node now: ORCA starts, mpirun keeps its ranks on a slot, the job root and the
 * scratch directory can be written.
 * Never rejects; on a file system that hangs it may never answer either, so that the caller sets a limit.
 * @param cut ends the check of ORCA at once
 */
export async function checkNode(node: NodeUnderTest, cut: AbortSignal): Promise<NodeVerdict> {
  const findings = await Promise.all([
    // Without a scratch directory it cannot be tried, and that check speaks for itself.
    probeOrca(node.orcaPath, node.orcaProbeMs, cut, node.keepEnvironment).then(
      (end) => judgeProbe(node.orcaPath, end),
      (): Finding => ({ kind: 'fit' }),
    ),
    ...(node.mpirun ? [checkMpirun(node.mpirun, cut)] : []),
    checkJobRoot(node.jobRoot),
    ...scratchRoots(node.scratch ?? null).map(checkScratch),
  ]);
  const unfit = unfitOf(findings);
  return {
    unfit: unfit.length === 0 ? null : unfit.map(({ message, hint }) => `${message}. ${hint}`).join(' '),
    mayPass: unfit.length > 0 && unfit.every(({ mayPass }) => mayPass),
    warnings: findings.filter((finding) => finding.kind === 'doubtful').map(({ message }) => message),
  };
}

/** Why what a run writes to cannot be written any more, or undefined. */
export async function checkDisks(runDir: string, scratch: string | null = null): Promise<string | undefined> {
  const findings = await Promise.all([
    checkDirectory('run directory', runDir),
    ...scratchRoots(scratch).map(checkScratch),
  ]);
  return unfitOf(findings)[0]?.message;
}

function unfitOf(findings: readonly Finding[]): Extract<Finding, { kind: 'unfit' }>[] {
  return findings.filter((finding) => finding.kind === 'unfit');
}

/** Makes it, as the first job would, and tries to write there. */
export async function checkJobRoot(jobRoot: string): Promise<Finding> {
  try {
    await mkdir(jobRoot, { recursive: true });
  } catch (error) {
    return judgeWriteError('job root', jobRoot, systemErrorCode(error) ?? messageOf(error));
  }
  return checkDirectory('job root', jobRoot);
}

/** Whether ORCA's scratch files fit there, for a while. */
export async function checkScratch(dir: string): Promise<Finding> {
  const unwritable = await checkDirectory('scratch directory', dir);
  if (unwritable.kind === 'unfit') return unwritable;
  const freeBytes = await measureFreeBytes(dir).catch(() => undefined);
  return freeBytes === undefined ? { kind: 'fit' } : judgeScratch(dir, freeBytes);
}

async function checkDirectory(what: string, dir: string): Promise<Finding> {
  const code = await probeDirectory(dir);
  return code === undefined ? { kind: 'fit' } : judgeWriteError(what, dir, code);
}
