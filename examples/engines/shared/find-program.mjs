// @ts-check
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * @param {readonly string[]} names
 * @param {string} searchPath
 * @returns {string | undefined} the first one that is not on PATH
 */
export function findMissing(names, searchPath) {
  const dirs = searchPath.split(path.delimiter).filter((dir) => dir !== '');
  return names.find((name) => !dirs.some((dir) => isProgram(path.join(dir, name))));
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
