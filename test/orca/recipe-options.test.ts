import { expect, test } from 'vitest';
import { parseRecipeOptions } from '../../orca/recipe-options.ts';

test('the defaults are those of the existing system', () => {
  expect(parseRecipeOptions({})).toEqual({
    recipe: 'omol',
    functional: 'wB97M-V',
    actinideBasis: 'ma-def-TZVP',
    actinideEcp: 'def-ECP',
    nonActinideBasis: 'def2-TZVPD',
    scfMaxIterations: null,
    nbo: false,
    mbis: false,
    kdiis: false,
    optimizer: null,
    optLevel: 'normal',
    ksMethod: null,
    rotateIndex: 'corrected',
  });
});

test.each(['none', 'None', 'null', null])('the ECP %s means all electrons', (actinideEcp) => {
  expect(parseRecipeOptions({ actinideEcp }).actinideEcp).toBeNull();
});

test.each([
  [{ recipe: 'x2c' }, /recipe 'x2c' is not supported yet; known: omol/],
  [{ recipe: 'omoll' }, /no recipe 'omoll'; known: omol/],
  [{ recipe: 'toString' }, /no recipe 'toString'/],
  [{ optimizer: 'sella' }, /optimizer 'sella' is not supported yet; 'orca' is/],
  [{ optimizer: 'berny' }, /no optimizer 'berny'; known: orca/],
  [{ functional: 'PBE0 def2-SVP' }, /one word/],
  [{ functional: 'PBE0\n%pal nprocs 64 end' }, /one word/],
  [{ actinideBasis: '/home/me/basis.bas' }, /not a file/],
  [{ nonActinideBasis: 'def2-SVP" end\n%scf' }, /not a file/],
  [{ scfMaxIterations: 0 }, /scfMaxIterations/],
  [{ optLevel: 'extreme' }, /optLevel/],
  [{ ksMethod: 'UKS!' }, /ksMethod/],
  [{ functionl: 'PBE0' }, /functionl/],
])('%j is refused', (options, message) => {
  expect(() => parseRecipeOptions(options)).toThrowError(message);
  expect(() => parseRecipeOptions(options)).toThrowError(expect.objectContaining({ code: 'RECIPE_INVALID' }));
});
