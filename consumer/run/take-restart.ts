import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calculation } from '../../core/job/calculation.ts';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { parseRestart, type Restart } from '../../core/job/result.ts';
import {
  type RestartMaterial,
  restartHessianName,
  restartOrbitalsName,
} from '../../orca/input/apply-restart.ts';
import { hasSymbols } from '../../orca/input/has-symbols.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/input/read-last-frame.ts';
import { copyDurably } from '../files/copy-durably.ts';
import { writeDurably } from '../files/durable-file.ts';
import type { RestartSource } from './list-restart-sources.ts';
import { readFacts } from '../files/judge-output.ts';
import { findGbwFileProblem, readTail } from '../files/read-file-ends.ts';
import { readPlainFile } from '../../core/plain-file.ts';

/** What a run begins with, and what it need not compute again. */
export interface TakenRestart {
  material: RestartMaterial;
  restart: Restart;
}

/** What a run keeps of where it began; stands in its directory. */
const restartRecordName = 'orca.restart.json';

export interface RestartTarget {
  /** Where ORCA will work. */
  workDir: string;
  /** Where the record of it is kept. */
  runDir: string;
}

/**
 * Takes what can be used from the newest earlier run that has something. Only copies are used, and looked at after
 * they were made. What is of no use is reported and passed over: in the worst case the run begins from scratch.
 */
export async function takeRestart(
  sources: readonly RestartSource[],
  calculation: Calculation,
  wanted: { orbitals: boolean; geometry: boolean },
  target: RestartTarget,
  log: Logger,
): Promise<TakenRestart | undefined> {
  for (const source of sources) {
    try {
      const material = await takeMaterial(source, calculation, wanted, target.workDir, log);
      if (!material.orbitals && material.atoms === null) continue;
      const restart = await sumUp(source);
      await writeDurably(join(target.runDir, restartRecordName), `${JSON.stringify(restart)}\n`);
      return { material, restart };
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
      log.warn({ from: source.name, why: messageOf(error) }, 'cannot restart from an earlier run');
    }
  }
  return undefined;
}

async function takeMaterial(
  source: RestartSource,
  calculation: Calculation,
  wanted: { orbitals: boolean; geometry: boolean },
  workDir: string,
  log: Logger,
): Promise<RestartMaterial> {
  const symbols = calculation.atoms.map(([symbol]) => symbol);
  const none: RestartMaterial = { orbitals: false, atoms: null, hessian: false };
  // Another geometry may have been put into the record since.
  const input = await unlessMissing(readPlainFile(join(source.dir, 'orca.inp')));
  if (input === undefined || !hasSymbols(input, symbols)) return none;
  const passOver = (file: string, why: string): void =>
    log.warn({ from: source.name, file, why }, 'cannot use a file of an earlier run');

  const take = async (
    file: string,
    as: string,
    findProblem?: typeof findGbwFileProblem,
  ): Promise<boolean> => {
    const copied = copyDurably(join(source.dir, file), join(workDir, as), findProblem);
    const problem = await unlessMissing(copied.then((why) => why ?? ''));
    if (problem !== undefined && problem !== '') passOver(file, problem);
    return problem === '';
  };
  const orbitals = wanted.orbitals && (await take('orca.gbw', restartOrbitalsName, findGbwFileProblem));
  if (!wanted.geometry || calculation.runType !== 'optimization') return { ...none, orbitals };
  const tail = await unlessMissing(
    readTail(join(source.dir, 'orca_trj.xyz'), tailOfTrajectory(symbols.length)),
  );
  const atoms = tail === undefined ? undefined : readLastFrame(tail, symbols);
  if (tail !== undefined && !atoms) passOver('orca_trj.xyz', 'it has no whole frame of this molecule');
  return {
    orbitals,
    atoms: atoms ?? null,
    hessian: atoms !== undefined && (await take('orca.opt', restartHessianName)),
  };
}

/** What that run, and those it continued from, had done when it was ended. */
async function sumUp(source: RestartSource): Promise<Restart> {
  const before = await unlessMissing(readPlainFile(join(source.dir, restartRecordName)));
  const earlier = before === undefined ? undefined : parseRestart(before);
  const facts = await unlessMissing(readFacts(join(source.dir, 'orca.out')));
  const seconds = await measureProgress(source.dir);
  return {
    from: source.name,
    scfCycles: (earlier?.scfCycles ?? 0) + (facts?.scfCycles ?? 0),
    optimizationCycles: (earlier?.optimizationCycles ?? 0) + (facts?.optimizationCycles ?? 0),
    seconds: Math.round((earlier?.seconds ?? 0) + seconds),
  };
}

/** Seconds from the start of a run to the last orbitals or geometry that it saved; what came behind them is lost. */
async function measureProgress(dir: string): Promise<number> {
  const changedAt = async (name: string): Promise<number | undefined> =>
    (await unlessMissing(stat(join(dir, name))))?.mtimeMs;
  const [start, ...saved] = await Promise.all(['orca.inp', 'orca.gbw', 'orca_trj.xyz'].map(changedAt));
  const last = Math.max(...saved.map((time) => time ?? 0));
  return start === undefined ? 0 : Math.max(0, (last - start) / 1000);
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
