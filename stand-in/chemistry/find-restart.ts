import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { System } from './describe-system.ts';
import { inspectGbw } from './gbw-file.ts';
import { cannotOpenError, sameOrbitalFileError } from '../input/input-error.ts';
import { ModuleDied } from '../failures/module-death.ts';
import { renderAutoStart } from '../output/render-guess.ts';

export interface Restart {
  /** The file whose orbitals are read instead of a guess. */
  file?: string;
  /** What the guess module dies of when the file that was asked for is of no use. */
  problem?: ModuleDied;
  /** What AutoStart prints about a gbw it found. */
  remark?: string;
}

/**
 * Orbitals to start from: `! MORead` with `%moinp`, else, for single points, AutoStart from a gbw of the same
 * name, which is renamed to `.ges`. Throws InputError when a named file is missing.
 */
export function findRestart(system: System, base: string): Restart {
  const { words, settings } = system.input;
  const lower = words.map((word) => word.toLowerCase());
  if (settings.readsHessian && !existsSync(settings.hessianFile ?? ''))
    throw cannotOpenError(settings.hessianFile ?? '');
  const ownFile = `${base}.gbw`;
  if (lower.includes('moread')) return readNamed(system, settings.moInput ?? '', ownFile);
  if (system.runType === 'optimization' || lower.includes('noautostart')) return {};
  const content = inspectGbw(ownFile, system);
  if (content === undefined) return {};
  if (content !== 'orbitals') return { remark: renderAutoStart(path.basename(ownFile), false) };
  renameSync(ownFile, `${base}.ges`);
  return { file: `${path.basename(base)}.ges`, remark: renderAutoStart(path.basename(ownFile), true) };
}

function readNamed(system: System, file: string, ownFile: string): Restart {
  if (path.resolve(file) === path.resolve(ownFile)) throw sameOrbitalFileError(file);
  const content = file === '' ? undefined : inspectGbw(file, system);
  if (content === undefined) throw cannotOpenError(file);
  if (content === 'orbitals') return { file };
  const reasons = {
    no_orbitals: `there are no orbitals found in the .gbw file: ${file}`,
    other_molecule: `Input geometry does not match current geometry: ${file}`,
    corrupt: `GBWFile is either corrupt or from a different ORCA version: ${file}`,
  };
  return { file, problem: new ModuleDied('GUESS', { out: `\nError (ORCA_GUESS): ${reasons[content]}\n` }) };
}
