import { expect, test } from 'vitest';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { findInputProblem } from '../../orca/input/find-input-problem.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { resolveCalculation } from '../../orca/input/resolve-calculation.ts';
import { goldenInputs, goldenSlot, listGoldenFiles } from './golden-inputs.ts';

test.each(goldenInputs)('$name: $why', ({ structure, options, text }) => {
  const calculation = resolveCalculation(structure, parseRecipeOptions(options));
  expect(renderInput(calculation, goldenSlot)).toBe(text);
  // The node's own look at it finds nothing.
  expect(findInputProblem(calculation)).toBeUndefined();
});

test('every golden file is in the table', () => {
  expect(listGoldenFiles().toSorted()).toEqual(goldenInputs.map(({ name }) => name).toSorted());
});
