import type { System } from '../chemistry/describe-system.ts';
import type { FailureCategory } from '../failures/failure-categories.ts';
import type { Moment } from '../failures/failure-order.ts';
import type { DeathFacts, Stage } from '../failures/deaths.ts';
import { deathAt } from '../failures/module-death.ts';
import type { Pace } from './pace-run.ts';
import type { Restart } from '../chemistry/find-restart.ts';
import type { Environment } from '../input/read-environment.ts';
import type { RunScript } from './script-run.ts';
import type { RankPhase } from './start-ranks.ts';
import type { Output } from '../output/write-output.ts';

/** One call of the program. */
export interface Call {
  /** The path that the program was called by. */
  calledAs: string;
  inputFile: string;
  inputText: string;
  /** Further words for mpirun. */
  mpiArguments: string[];
  environment: Environment;
}

/** What the front end hands to the modules. */
export interface FrontEnd {
  system: System;
  /** Path of all files of the run without their suffixes. */
  base: string;
  restart: Restart;
}

/** What every part of a run in progress needs. */
export interface RunContext {
  system: System;
  script: RunScript;
  /** Path of all files without their suffixes. */
  base: string;
  /** The last part of `base`, as ORCA prints it. */
  jobName: string;
  restart: Restart;
  output: Output;
  pace: Pace;
  ranks: RankPhase;
  failure: FailureCategory | undefined;
  /** When it fails; undefined: where such runs mostly do. */
  at: Moment | undefined;
  startedAtMs: number;
  facts: DeathFacts;
  version: string;
}

/** ORCA stops with words but without a footer; it ends with exit code 0. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** Throws the ModuleDied that this run is told to die of at `stage`, if any. */
export function dieIfTold(context: RunContext, stage: Stage): void {
  const died = deathAt(stage, context.failure, context.facts);
  if (died !== undefined) throw died;
}

/** Heavy atoms (Z > 36) whose guess is a child run of its own, once per element. */
export function listHeavyAtoms(
  system: System,
): { atomIndex: number; symbol: string; atomicNumber: number }[] {
  const seen = new Set<string>();
  return system.input.atoms.flatMap(({ element: { symbol, atomicNumber } }, atomIndex) => {
    if (atomicNumber <= 36 || seen.has(symbol)) return [];
    seen.add(symbol);
    return [{ atomIndex, symbol, atomicNumber }];
  });
}
