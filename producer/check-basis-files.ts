import { accessSync, constants, statSync } from 'node:fs';
import { OactError } from '../core/errors.ts';
import { listBasisFiles } from '../orca/recipe/recipe-options.ts';
import type { RecipeOptions } from '../orca/recipe/recipe-schema.ts';

/**
 * Looks at the basis files before any job is queued. They are read again by ORCA on the node, under the same path.
 * @throws OactError RECIPE_INVALID when one is missing or unreadable
 */
export function checkBasisFiles(options: RecipeOptions): void {
  for (const path of listBasisFiles(options)) {
    try {
      accessSync(path, constants.R_OK);
      if (statSync(path).isFile()) continue;
    } catch {
      // Told below: whatever the reason, ORCA could not read it either.
    }
    throw new OactError('RECIPE_INVALID', `the basis file ${path} cannot be read`, {
      hint: 'Name a file in a directory that every node sees, or a basis set that ORCA knows.',
    });
  }
}
