import type { Dialect } from '../output/dialect.ts';
import { type DeathFacts, deaths, exitedNonZero, type ModuleName, type Stage } from './deaths.ts';
import type { FailureCategory } from './failure-categories.ts';

/** A module of ORCA died: the reason goes out, then the footer, and ORCA ends with exit code 0. */
export class ModuleDied extends Error {
  override readonly name = 'ModuleDied';
  readonly module: ModuleName;
  readonly out: string;
  readonly err: string;

  constructor(module: ModuleName, words: { out?: string; err?: string }) {
    super(`error termination in ${module}`);
    this.module = module;
    this.out = words.out ?? '';
    this.err = words.err ?? '';
  }
}

/** The death that a category asks for at a stage, or undefined. The texts are those that campaigns classify by. */
export function deathAt(
  stage: Stage,
  category: FailureCategory | undefined,
  facts: DeathFacts,
): ModuleDied | undefined {
  const candidate = category === undefined ? undefined : deaths[category];
  return candidate?.stage === stage ? new ModuleDied(candidate.module, candidate.words(facts)) : undefined;
}

function scfGivesUp(rank: number): string {
  return `[file orca_leanscf/orca_leanscf.cpp, line 306, Process ${rank}]: Error (ORCA_LEANSCF): unfortunately, the SCF has not converged. There may be a way out but we have to stop here \n`;
}

/** What an SCF that ran out of iterations says, once per process. */
export function scfNotConverged(processCount: number): ModuleDied {
  return new ModuleDied('LEANSCF', {
    out: Array.from({ length: processCount }, (_, rank) => scfGivesUp(rank)).join(''),
    ...(processCount > 1 && { err: exitedNonZero() }),
  });
}

/** The module that does this work in a generation of ORCA: before 6 one module guesses and iterates. */
export function nameModule(module: ModuleName, dialect: Dialect): string {
  if (dialect.generation === 6) return module;
  if (module === 'Startup') return 'GTOInt';
  return module === 'GUESS' ? dialect.scfModule : module.replace('LEANSCF', dialect.scfModule);
}

/** ORCA's last words after a module died; the reason stands above them. */
export function renderFooter(moduleName: string, command: string, dialect: Dialect): string {
  return `
ORCA finished by error termination in ${moduleName}
Calling Command: ${command}
[file orca_tools/qcmsg.cpp, line ${dialect.footerLine}]: 
  .... aborting the run

`;
}
