import { expect, test } from 'vitest';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';

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
    brokenSymmetry: true,
    rotateIndex: 'corrected',
    definition: null,
  });
});

test.each(['none', 'None', 'null', null])('the ECP %s means all electrons', (actinideEcp) => {
  expect(parseRecipeOptions({ actinideEcp }).actinideEcp).toBeNull();
});

test.each(['none', 'single-point', 'single_point', null])(
  'the optimizer %s means energy and gradient',
  (optimizer) => {
    expect(parseRecipeOptions({ optimizer }).optimizer).toBeNull();
  },
);

test.each([
  [{ recipe: 'omoll' }, /no recipe 'omoll'; known: omol, omol_base, x2c, dk3, pm3/],
  [{ recipe: 7 }, /recipe/],
  [{ recipe: 'toString' }, /no recipe 'toString'/],
  [{ optimizer: 'sella' }, /optimizer 'sella' is a Python program .* use 'orca' or none/],
  [{ optimizer: 'berny' }, /no optimizer 'berny'; known: orca, none/],
  [{ functional: 'PBE0 def2-SVP' }, /one word/],
  [{ functional: 'PBE0\n%pal nprocs 64 end' }, /one word/],
  [{ actinideBasis: 'basis.bas' }, /absolute path of a basis file/],
  [{ actinideBasis: '/home/me/my basis.bas' }, /absolute path of a basis file without blanks/],
  [{ nonActinideBasis: 'def2-SVP" end\n%scf' }, /the name of a basis set/],
  [{ actinideBasis: '/a.bas', nonActinideBasis: '/b.bas' }, /ORCA reads one basis file/],
  [{ definition: null }, /definition/],
  [{ scfMaxIterations: 0 }, /scfMaxIterations/],
  [{ optLevel: 'extreme' }, /optLevel/],
  [{ ksMethod: 'UKS!' }, /ksMethod/],
  [{ functionl: 'PBE0' }, /functionl/],
])('%j is refused', (options, message) => {
  expect(() => parseRecipeOptions(options)).toThrowError(message);
  expect(() => parseRecipeOptions(options)).toThrowError(expect.objectContaining({ code: 'RECIPE_INVALID' }));
});
